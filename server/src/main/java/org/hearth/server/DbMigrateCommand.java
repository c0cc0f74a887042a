package org.hearth.server;

import java.nio.file.Files;
import org.hearth.server.config.Config;
import org.hearth.storage.BulkTarget;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Migrations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `hearth db migrate`: what each start does by itself, apart from it.
@Command(
    name = "migrate",
    description = "Brings the schema of a stopped server's database up to date.",
    mixinStandardHelpOptions = true)
final class DbMigrateCommand extends StorageCommand {
  @Option(names = "--dry-run", description = "Only says what would be done.")
  boolean dryRun;

  @Override
  int run(Config config) throws StartFailure {
    var data = StoredServer.lock(config);
    if (data.isEmpty()) {
      System.out.println("The server runs; it brought the schema up to date when it started.");
      return 0;
    }
    data.get().close();
    Migrations.Status status = status(config);
    for (var step : status.pending())
      System.out.printf("%s %s (%s)%n", step.version(), step.description(), step.script());
    if (!status.unknown().isEmpty() || !status.failed().isEmpty()) {
      throw new StartFailure(
          "the schema was made by a newer program, or a migration failed halfway: "
              + status.unknown()
              + status.failed());
    }
    if (status.pending().isEmpty()) {
      System.out.printf(
          "The schema is up to date: %d migrations are applied.%n", status.applied().size());
      return 0;
    }
    if (dryRun) {
      System.out.printf("%d migrations would be applied.%n", status.pending().size());
      return 0;
    }
    migrate(config);
    System.out.printf("Applied %d migrations.%n", status.pending().size());
    return 0;
  }

  /// A database that a server has used opens as the server does it, since H2 may have a journal.
  private static boolean used(DatabaseSettings.Location location) {
    return location instanceof DatabaseSettings.H2(var directory)
        && Files.exists(directory.resolve("journal"));
  }

  private static Migrations.Status status(Config config) throws StartFailure {
    var location = StorageParts.location(config);
    if (!used(location)) {
      try (var database = BulkTarget.open(location)) {
        return database.migrations();
      }
    }
    try (var stopped = StoredServer.stopped(config).orElseThrow()) {
      return stopped.storage().database().migrations();
    }
  }

  private static void migrate(Config config) throws StartFailure {
    var location = StorageParts.location(config);
    if (!used(location)) {
      try (var database = BulkTarget.open(location)) {
        database.migrate();
      }
      return;
    }
    try (var stopped = StoredServer.stopped(config).orElseThrow()) {
      stopped.storage().migrate();
    }
  }
}
