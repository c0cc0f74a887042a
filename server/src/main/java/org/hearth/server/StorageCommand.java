package org.hearth.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigException;
import org.hearth.storage.DatabaseUnavailable;
import org.hearth.storage.StorageCannotOpen;
import org.hearth.storage.copy.CopyRefused;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// A command on everything stored: reads the configuration, and says in one sentence what failed.
abstract class StorageCommand implements Callable<Integer> {
  @Mixin Settings settings = new Settings();

  @Option(
      names = "--verbose",
      description = "Shows the server's own log, and where a failure came from.")
  boolean verbose;

  abstract int run(Config config) throws StartFailure, IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    try {
      if (!verbose) settings.overrides.add("log.level=error");
      Config config = settings.read();
      Logs.apply(config.log());
      return run(config);
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure
        | IOException
        | UncheckedIOException
        | CopyRefused
        | StorageCannotOpen
        | DatabaseUnavailable e) {
      if (verbose) e.printStackTrace();
      System.err.println("hearth: " + sentence(e));
      return Main.FAILED;
    }
  }

  private static String sentence(Exception e) {
    var cause = e instanceof DatabaseUnavailable ? e.getCause() : null;
    if (e instanceof FileSystemException file) return DataDirectory.reason(file);
    return e.getMessage() + (cause == null ? "" : " " + cause.getMessage());
  }
}
