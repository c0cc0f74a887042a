package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.hearth.server.config.Config;
import org.hearth.storage.DatabaseSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `hearth db copy`: moves everything to another database. While the server runs, each call brings
/// the target up to date; the call that finds it stopped finishes.
@Command(
    name = "copy",
    description = {
      "Copies the database to another one: from H2 to PostgreSQL or back.",
      "Run it while the server runs, as often as you like; then stop the server and run it once",
      "more. That last run is short, since it brings only what changed, and says what to do next."
    },
    mixinStandardHelpOptions = true)
final class DbCopyCommand extends StorageCommand {
  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      description = "jdbc:postgresql://HOST/DATABASE, or h2:DIRECTORY.")
  String to = "";

  @Option(names = "--to-user", paramLabel = "USER", description = "The user on PostgreSQL.")
  String user = "";

  @Option(
      names = "--to-password-file",
      paramLabel = "FILE",
      description = "The first line of this file is that user's password.")
  @Nullable Path passwordFile;

  @Option(names = "--json", description = "Prints JSON.")
  boolean json;

  @Override
  int run(Config config) throws StartFailure, IOException, InterruptedException {
    var target = target();
    JsonNode report;
    try (var bar = ProgressBar.onStandardError()) {
      var stopped = StoredServer.stopped(config);
      if (stopped.isPresent()) {
        try (var server = stopped.get()) {
          report = server.work().copy(target, bar, to.replaceFirst("\\?.*", ""));
        }
      } else {
        report = StoredServer.job(config, "copy", request(target), bar);
      }
    }
    System.out.println(json ? report.toPrettyString() : text(report, target));
    return 0;
  }

  private DatabaseSettings.Location target() throws StartFailure, IOException {
    if (to.startsWith("jdbc:postgresql:")) {
      String password =
          passwordFile == null
              ? ""
              : Files.readAllLines(passwordFile).stream().findFirst().orElse("");
      return new DatabaseSettings.PostgreSql(to, user, password);
    }
    if (to.startsWith("h2:")) {
      return new DatabaseSettings.H2(Path.of(to.substring("h2:".length())).toAbsolutePath());
    }
    throw new StartFailure("--to takes jdbc:postgresql://HOST/DATABASE, or h2:DIRECTORY");
  }

  private static LinkedHashMap<String, String> request(DatabaseSettings.Location target) {
    var request = new LinkedHashMap<String, String>();
    switch (target) {
      case DatabaseSettings.PostgreSql postgres -> {
        request.put("url", postgres.url());
        request.put("user", postgres.user());
        request.put("password", postgres.password());
      }
      case DatabaseSettings.H2 h2 -> request.put("directory", h2.directory().toString());
    }
    return request;
  }

  private String text(JsonNode report, DatabaseSettings.Location target) {
    long rows = 0;
    var text = new StringBuilder();
    for (JsonNode table : report.path("tables")) {
      rows += table.path("rows").asLong();
      text.append(
          "%-28s %,12d rows  %s%n"
              .formatted(
                  table.path("name").asText(),
                  table.path("rows").asLong(),
                  table.path("hash").asText()));
    }
    text.append(
        "%nAll %d tables are equal on both sides, by count and hash: %,d rows, up to position %d.%n"
            .formatted(report.path("tables").size(), rows, report.path("position").asLong()));
    text.append(
        "This run wrote %,d of %,d chunks.%n"
            .formatted(report.path("chunks_written").asLong(), report.path("chunks").asLong()));
    return text.append(report.path("finished").asBoolean() ? finished(target) : "\n" + GOES_ON)
        .toString();
  }

  private static final String GOES_ON =
      """
      The server runs and goes on writing to its own database. To move: stop it, run this command
      once more, and start it with the new database.""";

  private String finished(DatabaseSettings.Location target) {
    String next =
        target instanceof DatabaseSettings.H2(var directory)
            ? "remove database.url from the configuration, and move "
                + directory
                + " to DATA_DIRECTORY/database"
            : "set database.url to " + to + " in the configuration (with user and password)";
    return "%nThe copy is finished. Now %s, and start the server.%nThe old database refuses to start from now on.%n"
        .formatted(next);
  }
}
