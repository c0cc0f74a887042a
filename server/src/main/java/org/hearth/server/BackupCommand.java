package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.hearth.server.config.Config;
import org.hearth.storage.backup.BackupManifest;
import org.hearth.storage.backup.BackupRepository;
import org.hearth.storage.backup.BackupRestoration;
import org.hearth.storage.backup.BackupVerification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `hearth backup`: everything stored, as ciphertext, in another directory.
@Command(
    name = "backup",
    description = "Makes, verifies and restores backups.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BackupCommand.Create.class,
      BackupCommand.Listing.class,
      BackupCommand.Verify.class,
      BackupCommand.Restore.class
    })
final class BackupCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  BackupCommand() {
    spec = CommandSpec.create();
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(System.err);
    return Main.WRONG_USE;
  }

  /// What all of them work on.
  abstract static class OnDirectory extends StorageCommand {
    @Parameters(paramLabel = "DIRECTORY", description = "Where the backups lie.")
    Path directory = Path.of("");

    BackupRepository open(Config config) throws StartFailure, IOException {
      return BackupRepository.open(directory, Keys.masterKey(config, System.getenv()));
    }
  }

  /// `hearth backup create`
  @Command(
      name = "create",
      description = {
        "Adds a backup to the directory, while the server runs or while it does not.",
        "What is there already from earlier backups is not written again. The master key is not in",
        "it: keep a copy of that elsewhere, or the backup cannot be read."
      },
      mixinStandardHelpOptions = true)
  static final class Create extends OnDirectory {
    @Option(names = "--json", description = "Prints JSON.")
    boolean json;

    @Override
    int run(Config config) throws StartFailure, IOException, InterruptedException {
      Path absolute = directory.toAbsolutePath().normalize();
      JsonNode report;
      try (var bar = ProgressBar.onStandardError()) {
        var stopped = StoredServer.stopped(config);
        if (stopped.isPresent()) {
          try (var server = stopped.get()) {
            report = server.work().backup(absolute, bar);
          }
        } else {
          var request = Map.of("directory", absolute.toString());
          report = StoredServer.job(config, "backup", request, bar);
        }
      }
      System.out.println(json ? report.toPrettyString() : text(report));
      return report.path("missing_media").isEmpty() ? 0 : Main.FAILED;
    }

    private static String text(JsonNode report) {
      var text = new StringBuilder();
      for (JsonNode file : report.path("missing_media"))
        text.append("The media file %s is not there.%n".formatted(file.asText()));
      return text.append(
              "Backup %s: %,d rows of %d tables and %,d media files at position %d; %,d bytes written (%,d of %,d chunks)"
                  .formatted(
                      report.path("id").asText(),
                      report.path("rows").asLong(),
                      report.path("tables").asInt(),
                      report.path("media_files").asLong(),
                      report.path("position").asLong(),
                      report.path("bytes_written").asLong(),
                      report.path("chunks_written").asLong(),
                      report.path("chunks").asLong()))
          .toString();
    }
  }

  /// `hearth backup list`
  @Command(
      name = "list",
      description = "Lists the backups in the directory, the oldest first.",
      mixinStandardHelpOptions = true)
  static final class Listing extends OnDirectory {
    @Override
    int run(Config config) throws StartFailure, IOException {
      try (var repository = open(config)) {
        for (var id : repository.ids()) System.out.println(line(repository.manifest(id)));
      }
      return 0;
    }

    private static String line(BackupManifest manifest) {
      return "%s  %s  %s  position %d, %,d rows, %,d media files"
          .formatted(
              manifest.id(),
              Instant.ofEpochMilli(manifest.createdMs()),
              manifest.serverName(),
              manifest.position(),
              manifest.rows(),
              manifest.media().size());
    }
  }

  /// `hearth backup verify`
  @Command(
      name = "verify",
      description = "Reads a whole backup and compares it with its hashes.",
      mixinStandardHelpOptions = true)
  static final class Verify extends OnDirectory {
    @Option(names = "--id", description = "Which one; otherwise the newest.")
    String id = "";

    @Override
    int run(Config config) throws StartFailure, IOException {
      BackupVerification.Report report;
      try (var repository = open(config);
          var bar = ProgressBar.onStandardError()) {
        report = BackupVerification.run(repository, repository.newestOr(id), bar);
      }
      report.problems().forEach(System.out::println);
      System.out.printf(
          "Backup %s is %s: %,d chunks read, %,d rows, %,d media files%n",
          report.manifest().id(),
          report.problems().isEmpty() ? "whole" : "NOT WHOLE",
          report.chunks(),
          report.manifest().rows(),
          report.manifest().media().size());
      return report.problems().isEmpty() ? 0 : Main.FAILED;
    }
  }

  /// `hearth backup restore`
  @Command(
      name = "restore",
      description = {
        "Restores a backup into the data directory and database of the configuration. Both must be",
        "empty but for the master key, which must be there: it is not in the backup."
      },
      mixinStandardHelpOptions = true)
  static final class Restore extends OnDirectory {
    @Option(names = "--id", description = "Which one; otherwise the newest.")
    String id = "";

    @Override
    int run(Config config) throws StartFailure, IOException {
      if (!Files.isDirectory(config.dataDirectory()))
        Files.createDirectories(config.dataDirectory());
      var data = StoredServer.lock(config);
      if (data.isEmpty()) throw new StartFailure("the server runs; stop it first");
      BackupRestoration.Report report;
      try (var _ = data.get();
          var repository = open(config);
          var bar = ProgressBar.onStandardError()) {
        var manifest = repository.newestOr(id);
        if (!manifest.serverName().equals(config.serverName())) {
          throw new StartFailure(
              "the backup is of "
                  + manifest.serverName()
                  + ", but server_name in the configuration is "
                  + config.serverName());
        }
        var place =
            new BackupRestoration.Place(
                StorageParts.location(config), StorageWork.media(config), config.dataDirectory());
        report = BackupRestoration.run(repository, manifest, place, bar);
      }
      System.out.printf(
          "Restored %s: %,d rows of %d tables and %,d media files (%,d bytes), each table and file"
              + " proven equal by its hash.%nNow start the server. Never run it beside the one that"
              + " the backup was made of.%n",
          report.manifest().id(), report.rows(), report.tables(), report.files(), report.bytes());
      return 0;
    }
  }
}
