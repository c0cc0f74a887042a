package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `hearth room verify`: by the running server if there is one, else on the data directory.
@Command(
    name = "verify",
    description = {
      "Computes event ids, hashes, signatures, verdicts and states of a stored room again, and tells",
      "where what is stored differs. Or explains an entry of its state (--explain).",
      "Exit code: 0 sound, 3 differences found."
    },
    mixinStandardHelpOptions = true)
final class RoomVerifyCommand implements Callable<Integer> {
  /// The room could be verified and is not sound.
  static final int DIFFERENCES = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin Settings settings = new Settings();

  @Parameters(paramLabel = "ROOM", description = "The room's id: !opaque or !opaque:server.")
  String room = "";

  @Option(names = "--json", description = "Prints one JSON object instead of text.")
  boolean json;

  @Option(
      names = "--explain",
      arity = "1..2",
      paramLabel = "TYPE [KEY]",
      description = "Which event won this entry of the state, against which, and by which rule.")
  List<String> explain = List.of();

  @Option(
      names = "--at",
      paramLabel = "EVENT",
      description = "With --explain: in the state before this event instead of the current state.")
  @Nullable String at;

  @Override
  public Integer call() throws InterruptedException {
    var id = RoomId.tryParse(room);
    if (id.isEmpty()) return fail(room + " is no room id; it begins with !");
    if (at != null && EventId.tryParse(at).isEmpty())
      return fail(at + " is no event id; it begins with $");
    try {
      Config config = settings.read();
      return StoppedServer.isRunning(config) ? running(config) : stopped(config, id.get());
    } catch (ConfigException e) {
      return Settings.report(e);
    } catch (StartFailure | IOException e) {
      return fail(String.valueOf(e.getMessage()));
    }
  }

  private int fail(String why) {
    spec.commandLine().getErr().println("hearth: " + why);
    return Main.FAILED;
  }

  private int running(Config config) throws StartFailure, IOException, InterruptedException {
    try (var server = LocalServer.asOperator(config)) {
      var base = "/_hearth/admin/v1/rooms/" + encoded(room);
      if (!explain.isEmpty()) {
        var query = "?type=" + encoded(explain.getFirst()) + "&key=" + encoded(key());
        var answer =
            server.get(base + "/explain" + query + (at == null ? "" : "&at=" + encoded(at)));
        return answer.has("errcode") ? refused(answer) : explained(answer);
      }
      var last = server.lines(base + "/verify", this::progress);
      return last.has("errcode") ? refused(last) : verified(last);
    }
  }

  private int refused(JsonNode answer) {
    return fail("the server refuses: " + answer.path("error").asText("no reason given"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String key() {
    return explain.size() > 1 ? explain.get(1) : "";
  }

  private int stopped(Config config, RoomId id) throws StartFailure {
    try (var server = StoppedServer.open(config)) {
      RoomInspection inspection = server.inspection();
      if (!explain.isEmpty()) {
        var found =
            inspection.explain(
                id,
                new StateKey(explain.getFirst(), key()),
                Optional.ofNullable(at).map(EventId::new));
        return found.isEmpty() ? unknown() : explained(JSON.valueToTree(found.get()));
      }
      var verification = inspection.verify(id);
      if (verification.isEmpty()) return unknown();
      while (verification.get().step())
        progress(
            JSON.valueToTree(
                Map.of("done", verification.get().done(), "total", verification.get().total())));
      var report = verification.get().report();
      return verified(JSON.valueToTree(Map.of("report", report, "sound", report.sound())));
    }
  }

  private int unknown() {
    return fail("the room " + room + " is not stored here");
  }

  /// Only where somebody watches.
  private void progress(JsonNode line) {
    if (System.console() == null || !line.has("done")) return;
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "\rverified %,d of %,d events", line.path("done").asInt(), line.path("total").asInt());
    if (line.path("done").asInt() >= line.path("total").asInt()) err.println();
    err.flush();
  }

  private int explained(JsonNode explanation) {
    print(explanation, RoomReportText.explanation(explanation));
    return 0;
  }

  private int verified(JsonNode result) {
    print(result, RoomReportText.report(result));
    return result.path("sound").asBoolean() ? 0 : DIFFERENCES;
  }

  private void print(JsonNode answer, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? answer.toPrettyString() : text);
    out.flush();
  }
}
