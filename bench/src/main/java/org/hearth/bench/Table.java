package org.hearth.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Results as a table for a terminal.
final class Table {
  private static final List<String> HEADINGS =
      List.of(
          "scenario",
          "clients",
          "events/s",
          "p50 ms",
          "p90 ms",
          "p99 ms",
          "max ms",
          "seen p50",
          "seen p90",
          "seen p99",
          "429s",
          "failed",
          "generator us");

  private Table() {}

  static String of(List<Result> results) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEADINGS);
    for (Result result : results) rows.add(row(result));
    return aligned(rows, 1);
  }

  /// @param names how many columns hold text
  static String aligned(List<List<String>> rows, int names) {
    var text = new StringBuilder();
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int width = width(rows, column);
        String cell = row.get(column);
        // Names to the left, numbers to the right.
        String padding = " ".repeat(width - cell.length());
        line.append(column < names ? cell + padding : padding + cell).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private static List<String> row(Result result) {
    Percentiles latency = result.latencyMs();
    Percentiles delivery = result.deliveryMs();
    return List.of(
        result.scenario(),
        Integer.toString(result.clients()),
        number(result.eventsPerSecond()),
        number(latency.p50()),
        number(latency.p90()),
        number(latency.p99()),
        number(latency.max()),
        delivery == null ? "" : number(delivery.p50()),
        delivery == null ? "" : number(delivery.p90()),
        delivery == null ? "" : number(delivery.p99()),
        Long.toString(result.rateLimited()),
        Long.toString(result.failures()),
        number(result.generatorMicros()));
  }

  /// Three significant digits are what such a measurement has.
  static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }
}
