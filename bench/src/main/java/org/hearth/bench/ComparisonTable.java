package org.hearth.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A comparison as a table for a terminal.
final class ComparisonTable {
  private ComparisonTable() {}

  static String of(Comparison comparison) {
    var text = new StringBuilder();
    text.append(
        "%d clients, %d rooms, medians of %d rounds of %d s; %d processors, %s%n"
            .formatted(
                comparison.clients(),
                comparison.rooms(),
                comparison.rounds(),
                comparison.seconds(),
                comparison.machine().processors(),
                comparison.machine().system()));
    for (Comparison.Server server : comparison.servers())
      text.append("%s (%s): %s%n".formatted(server.label(), server.url(), server.durability()));
    return text.append('\n').append(Table.aligned(rows(comparison), 2)).toString();
  }

  private static List<List<String>> rows(Comparison comparison) {
    Comparison.Server last = comparison.servers().getLast();
    var rows = new ArrayList<List<String>>();
    rows.add(
        List.of(
            "scenario",
            "server",
            "events/s",
            "p50 ms",
            "p90 ms",
            "p99 ms",
            "seen p50",
            "failed",
            "times " + last.label()));
    for (String scenario : comparison.scenarios())
      for (Comparison.Server server : comparison.servers()) {
        var median = Comparison.median(server, scenario);
        if (median.isEmpty()) continue;
        var one = median.get();
        var other = Comparison.median(last, scenario);
        rows.add(
            List.of(
                scenario,
                server.label(),
                Table.number(one.eventsPerSecond()),
                Table.number(one.p50()),
                Table.number(one.p90()),
                Table.number(one.p99()),
                one.seen() < 0 ? "" : Table.number(one.seen()),
                Long.toString(one.failures()),
                other.isEmpty() || other.get().eventsPerSecond() == 0
                    ? ""
                    : String.format(
                        Locale.ROOT,
                        "%.1f",
                        one.eventsPerSecond() / other.get().eventsPerSecond())));
      }
    return rows;
  }
}
