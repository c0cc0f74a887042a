package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.hearth.server.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `hearth db stats`: what takes how much.
@Command(
    name = "stats",
    description = "Shows rows and bytes of each table, and what an event takes.",
    mixinStandardHelpOptions = true)
final class DbStatsCommand extends StorageCommand {
  @Option(names = "--json", description = "Prints JSON.")
  boolean json;

  @Override
  int run(Config config) throws StartFailure, IOException, InterruptedException {
    JsonNode stats;
    var stopped = StoredServer.stopped(config);
    if (stopped.isPresent()) {
      try (var server = stopped.get()) {
        stats = server.work().stats();
      }
    } else {
      stats = StoredServer.ask(config, "/_hearth/admin/v1/database");
    }
    System.out.println(json ? stats.toPrettyString() : text(stats));
    return 0;
  }

  private static String text(JsonNode stats) {
    var text = new StringBuilder();
    text.append("%-28s %12s %16s%n".formatted("table", "rows", "bytes"));
    for (JsonNode table : stats.path("tables"))
      text.append(
          "%-28s %,12d %,16d%n"
              .formatted(
                  table.path("name").asText(),
                  table.path("rows").asLong(),
                  table.path("bytes").asLong()));
    text.append(
        "%n%s: %,d bytes, journal %,d bytes; position %d, batch %d%n"
            .formatted(
                stats.path("database").asText(),
                stats.path("database_bytes").asLong(),
                stats.path("journal_bytes").asLong(),
                stats.path("position").asLong(),
                stats.path("batch").asLong()));
    text.append(
        "%,d events, rooms take %,d bytes for each; %,d changed state, which takes %,d bytes for each"
            .formatted(
                stats.path("events").asLong(),
                stats.path("room_bytes_per_event").asLong(),
                stats.path("state_events").asLong(),
                stats.path("state_bytes_per_state_event").asLong()));
    return text.toString();
  }
}
