package org.hearth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static Comparison.Server server(String label, double... rates) {
    var latency = new Percentiles(1, 2, 3, 4, 5);
    return new Comparison.Server(
        label,
        "http://" + label,
        "fsync on",
        DoubleStream.of(rates)
            .mapToObj(rate -> new Result("one-room", 64, 10, 1, rate, latency, null, 0, 0, 1))
            .toList());
  }

  private static Comparison comparison(Comparison.Server... servers) {
    return new Comparison(
        new Comparison.Machine("now", 2, "Linux", "25"),
        64,
        100,
        3,
        10,
        List.of("one-room", "joins"),
        List.of(servers));
  }

  @Test
  void showsMediansAndHowTheyCompareWithTheLastServer() {
    String table =
        ComparisonTable.of(comparison(server("a", 900, 5000, 1000), server("b", 40, 60)));

    assertThat(table.lines())
        .contains(
            "64 clients, 100 rooms, medians of 3 rounds of 10 s; 2 processors, Linux",
            "a (http://a): fsync on",
            "scenario  server  events/s  p50 ms  p90 ms  p99 ms  seen p50  failed  times b",
            "one-room  a           1000    2.00    3.00    4.00                 0     20.0",
            "one-room  b           50.0    2.00    3.00    4.00                 0      1.0")
        .noneMatch(line -> line.startsWith("joins"));
  }

  @Test
  void theChartIsADrawingWithTheLabelsAsText() throws Exception {
    String chart = Chart.of(comparison(server("<b>&", 900), server("b", 40)));

    var drawing =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream(chart.getBytes("UTF-8")));
    assertThat(drawing.getDocumentElement().getTextContent()).contains("<b>&: fsync on", "900/s");
  }
}
