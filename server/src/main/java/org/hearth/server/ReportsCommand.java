package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.hearth.server.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `hearth reports`: what users reported to the administrators.
@Command(
    name = "reports",
    description = "Shows what users reported, and closes a report that is done with.",
    mixinStandardHelpOptions = true)
final class ReportsCommand implements Callable<Integer> {
  private static final String PATH = "/_hearth/admin/v1/reports";
  private static final int PAGE = 100;

  @Mixin Settings settings = new Settings();

  @Option(names = "--close", paramLabel = "NUMBER", description = "the report that is done with")
  @Nullable Long close;

  @Override
  public Integer call() throws InterruptedException {
    try (var server = LocalServer.asOperator(settings.read())) {
      return close == null ? list(server) : close(server, close);
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure | IOException e) {
      System.err.println("hearth: " + e.getMessage());
      return Main.FAILED;
    }
  }

  private static int close(LocalServer server, long number)
      throws IOException, InterruptedException {
    JsonNode answer = server.post(PATH + "/" + number + "/close", Map.of());
    return answer.has("errcode") ? refused(answer) : 0;
  }

  private static int list(LocalServer server) throws IOException, InterruptedException {
    long after = 0;
    while (true) {
      JsonNode answer = server.get(PATH + "?limit=" + PAGE + "&after=" + after);
      if (!answer.has("reports")) return refused(answer);
      JsonNode page = answer.path("reports");
      for (JsonNode report : page) {
        print(report);
        after = report.path("number").asLong();
      }
      if (page.size() < PAGE) return 0;
    }
  }

  private static void print(JsonNode report) {
    var what = new StringBuilder();
    for (String key : new String[] {"user_id", "event_id", "room_id"}) {
      if (report.has(key)) what.append(' ').append(report.path(key).asText());
    }
    System.out.printf(
        "%d  %s  %s reported%s%n",
        report.path("number").asLong(),
        Instant.ofEpochMilli(report.path("at_ms").asLong()),
        report.path("reporter").asText(),
        what);
    // One line for each report, whatever somebody wrote.
    if (report.has("reason"))
      System.out.println("    " + report.path("reason").asText().replaceAll("\\p{Cntrl}+", " "));
  }

  private static int refused(JsonNode answer) {
    System.err.println("hearth: the server refuses: " + answer.path("error").asText());
    return Main.FAILED;
  }
}
