package org.hearth.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.verify.Finding;

/// Reports on rooms, from their JSON, for people.
final class RoomReportText {
  private RoomReportText() {}

  /// @param result `{"report": ..., "sound": ...}`
  static String report(JsonNode result) {
    var report = result.path("report");
    var lines = new ArrayList<String>();
    lines.add(report.path("room").asText() + ", room version " + report.path("version").asText());
    var events = new ArrayList<String>();
    for (var standing : report.path("events").properties())
      events.add(
          "%,d %s".formatted(standing.getValue().asLong(), standing.getKey().replace('_', ' ')));
    lines.add("  events: " + String.join(", ", events));
    lines.add(
        "  %,d state entries, %,d signatures good, %,d times states resolved again"
            .formatted(
                report.path("stateKeys").asLong(),
                report.path("signatures").asLong(),
                report.path("resolutions").asLong()));
    findings(report, true, "Differences", lines);
    findings(report, false, "Notes", lines);
    lines.add(
        result.path("sound").asBoolean()
            ? "Sound: what is stored is what the rules make of it."
            : "NOT sound: see the differences. Keep a copy of the data before anything else.");
    return String.join(System.lineSeparator(), lines);
  }

  private static void findings(
      JsonNode report, boolean differences, String title, List<String> lines) {
    var found = new ArrayList<String>();
    for (var finding : report.path("findings")) {
      var kind = finding.path("kind").asText();
      if (Finding.Kind.valueOf(kind).isDifference() != differences) continue;
      var event = finding.path("event").asText();
      found.add(
          "  "
              + kind
              + (event.isEmpty() ? "" : " " + event)
              + ": "
              + finding.path("text").asText());
    }
    long all = 0;
    for (var count : report.path("counts").properties())
      if (Finding.Kind.valueOf(count.getKey()).isDifference() == differences)
        all += count.getValue().asLong();
    if (found.isEmpty()) return;
    lines.add(title + " (" + all + (all > found.size() ? ", of which " + found.size() : "") + "):");
    lines.addAll(found);
  }

  static String explanation(JsonNode explanation) {
    var lines = new ArrayList<String>();
    var key = explanation.path("key").asText();
    var winner = explanation.path("winner").asText();
    lines.add(
        explanation.path("type").asText()
            + (key.isEmpty() ? "" : " [" + key + "]")
            + " in "
            + explanation.path("room").asText()
            + " is "
            + (winner.isEmpty() ? "absent" : winner));
    for (var merge : explanation.path("merges")) merge(merge, lines);
    lines.add(explanation.path("origin").asText());
    return String.join(System.lineSeparator(), lines);
  }

  private static void merge(JsonNode merge, List<String> lines) {
    var at = merge.path("at").asText();
    lines.add("Branches differ " + (at.isEmpty() ? "at the room's heads" : "before " + at) + ":");
    for (var candidate : merge.path("candidates")) lines.add("  " + candidate(candidate));
    for (var offer : merge.path("offers"))
      lines.add(
          "  %s, event %d: %s%s: %s"
              .formatted(
                  offer.path("step").asText(),
                  offer.path("place").asInt(),
                  offer.path("event").asText(),
                  offer.path("candidate").asBoolean() ? "" : " (from the auth difference)",
                  offer.path("verdict").asText()));
    var winner = merge.path("winner").asText();
    lines.add(
        "  -> " + (winner.isEmpty() ? "absent" : winner) + ": " + merge.path("because").asText());
  }

  private static String candidate(JsonNode candidate) {
    var branches = new ArrayList<String>();
    for (var branch : candidate.path("branches")) branches.add(branch.asText());
    var in = " in the state after " + String.join(", ", branches);
    var event = candidate.path("event").asText();
    if (event.isEmpty()) return "absent" + in;
    var membership = candidate.path("membership").asText();
    return "%s by %s at %s, depth %d%s%s"
        .formatted(
            event,
            candidate.path("sender").asText(),
            java.time.Instant.ofEpochMilli(candidate.path("originServerTs").asLong()),
            candidate.path("depth").asLong(),
            membership.isEmpty() ? "" : ", " + membership,
            in);
  }
}
