package org.hearth.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.ConfigException;
import org.hearth.server.config.ConfigReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `hearth serve`: starts the server, and stops it cleanly at SIGTERM or Ctrl-C.
@Command(name = "serve", description = "Runs the server until it is stopped.")
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  @Mixin Settings settings = new Settings();

  /// For the launcher, which lets Java remember what a start loads.
  @Option(names = "--rehearse", hidden = true)
  boolean rehearse;

  @Override
  public Integer call() throws InterruptedException {
    try {
      Config config = rehearse ? Rehearsal.config(settings.overrides) : settings.read();
      Logs.apply(config.log());
      Hearth hearth = Hearth.start(config);
      if (rehearse) return rehearse(hearth);
      announce(hearth);
      stopWithTheProcess(hearth);
      // The shutdown hook ends the process.
      new CountDownLatch(1).await();
      return 0;
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure e) {
      LOG.debug("Start failed", e);
      System.err.println("hearth: " + e.getMessage());
      return Main.FAILED;
    }
  }

  private static void stopWithTheProcess(Hearth hearth) {
    Runnable stop =
        () -> {
          LOG.info("Stopping");
          hearth.close();
          LOG.info("Stopped");
          Logs.flush();
          // Otherwise Java answers 130 or 143, as if the signal had killed it.
          Runtime.getRuntime().halt(0);
        };
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
  }

  private static void announce(Hearth hearth) {
    Config config = hearth.config();
    var lines = new ArrayList<String>();
    lines.add("Hearth " + Main.version() + " runs as " + config.serverName());
    for (Listeners.Bound one : hearth.listeners()) {
      lines.add("  listening on " + one.url() + " for " + String.join(", ", words(one)));
    }
    lines.add("  data in " + config.dataDirectory());
    if (hearth.masterKeyMade()) lines.addAll(masterKey(config));
    if (hearth.firstStart()) lines.addAll(firstSteps());
    System.out.println(String.join(System.lineSeparator(), lines));
  }

  private static List<String> words(Listeners.Bound one) {
    return ConfigReader.words(one.apis());
  }

  private static List<String> masterKey(Config config) {
    return List.of(
        "",
        "This was the first start. The master key was made:",
        "  " + config.masterKey().path(),
        "Copy it to a safe place now, apart from the data: without it nothing stored here can be read",
        "again. To recover, put the copy back at this path.");
  }

  private static List<String> firstSteps() {
    return List.of(
        "",
        "Next step: create the first administrator, in another terminal:",
        "  ./hearth register-user NAME --admin");
  }

  private static int rehearse(Hearth hearth) {
    try (hearth) {
      new Rehearsal(hearth.listener(Api.CLIENT).map(Listeners.Bound::url).orElse("")).play();
      return 0;
    } catch (IOException e) {
      System.err.println("hearth: " + e);
      return Main.FAILED;
    }
  }
}
