package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.hearth.server.config.Config;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `hearth db check`: whether everything stored is what it should be.
@Command(
    name = "check",
    description = "Checks the schema, what rows say of each other, and that everything opens.",
    mixinStandardHelpOptions = true)
final class DbCheckCommand extends StorageCommand {
  @Option(names = "--json", description = "Prints JSON.")
  boolean json;

  @Override
  int run(Config config) throws StartFailure, IOException, InterruptedException {
    JsonNode report;
    try (var bar = ProgressBar.onStandardError()) {
      var stopped = StoredServer.stopped(config);
      if (stopped.isPresent()) {
        try (var server = stopped.get()) {
          report = server.work().check(bar);
        }
      } else {
        report = StoredServer.job(config, "check", Map.of(), bar);
      }
    }
    System.out.println(json ? report.toPrettyString() : text(report));
    return report.path("sound").asBoolean() ? 0 : Main.FAILED;
  }

  private static String text(JsonNode report) {
    var text = new StringBuilder();
    for (JsonNode finding : report.path("findings")) {
      text.append(finding.path("severe").asBoolean() ? "WRONG  " : "note   ")
          .append(finding.path("count").asLong())
          .append(' ')
          .append(finding.path("what").asText())
          .append(": ");
      finding.path("examples").forEach(example -> text.append(example.asText()).append(' '));
      text.append(System.lineSeparator());
    }
    return text.append(
            "%s: %d checks on %d rows up to position %d; %d sealed values opened"
                .formatted(
                    report.path("sound").asBoolean() ? "sound" : "NOT SOUND",
                    report.path("checks").asLong(),
                    report.path("rows").asLong(),
                    report.path("position").asLong(),
                    report.path("sealed_values_opened").asLong()))
        .toString();
  }
}
