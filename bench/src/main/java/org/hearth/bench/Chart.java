package org.hearth.bench;

import java.util.Locale;

/// A comparison as a drawing: for each scenario a bar of each server, as long as its events per
/// second; the longest bar of a scenario fills the width.
final class Chart {
  private static final int WIDTH = 860;
  private static final int LEFT = 120;
  private static final int BAR = 18;
  private static final int BARS = 480;
  private static final int GAP = 16;
  private static final String[] COLOURS = {
    "#0b6e4f", "#8a8f98", "#c05746", "#3a6ea5", "#b8860b", "#6b4c9a"
  };

  private Chart() {}

  static String of(Comparison comparison) {
    var drawing = new StringBuilder();
    int y = 24;
    y = text(drawing, 16, y, "Events per second (p50 and p99 in ms), medians of rounds", true) + 8;
    int number = 0;
    for (Comparison.Server server : comparison.servers()) {
      rectangle(drawing, 16, y - 10, 12, colour(number++));
      y = text(drawing, 34, y, server.label() + ": " + server.durability(), false);
    }
    y += GAP;
    for (String scenario : comparison.scenarios()) y = bars(drawing, comparison, scenario, y) + GAP;
    text(
        drawing,
        16,
        y,
        "%d clients, %d rooms, %d rounds of %d s, %d processors, %s"
            .formatted(
                comparison.clients(),
                comparison.rooms(),
                comparison.rounds(),
                comparison.seconds(),
                comparison.machine().processors(),
                comparison.machine().at()),
        false);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        %s</svg>
        """
        .formatted(WIDTH, y + 20, drawing);
  }

  private static int bars(StringBuilder drawing, Comparison comparison, String scenario, int top) {
    double most =
        comparison.servers().stream()
            .flatMap(server -> Comparison.median(server, scenario).stream())
            .mapToDouble(Comparison.Median::eventsPerSecond)
            .max()
            .orElse(1);
    int y = top;
    text(drawing, 16, y + 13, scenario, true);
    for (int i = 0; i < comparison.servers().size(); i++) {
      var median = Comparison.median(comparison.servers().get(i), scenario);
      if (median.isEmpty()) continue;
      var one = median.get();
      int length = (int) Math.max(1, BARS * one.eventsPerSecond() / Math.max(most, 1e-9));
      rectangle(drawing, LEFT, y, length, colour(i));
      text(
          drawing,
          LEFT + length + 6,
          y + 13,
          "%s/s (%s, %s)"
              .formatted(
                  Table.number(one.eventsPerSecond()),
                  Table.number(one.p50()),
                  Table.number(one.p99())),
          false);
      y += BAR + 4;
    }
    return y;
  }

  private static String colour(int number) {
    return COLOURS[number % COLOURS.length];
  }

  private static void rectangle(StringBuilder drawing, int x, int y, int width, String colour) {
    int height = width == 12 ? 12 : BAR;
    drawing.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
            x,
            y,
            width,
            height,
            colour));
  }

  /// Returns where the next line goes.
  private static int text(StringBuilder drawing, int x, int y, String text, boolean bold) {
    drawing.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\"%s>%s</text>%n",
            x,
            y,
            bold ? " font-weight=\"bold\"" : "",
            escaped(text)));
    return y + 18;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
