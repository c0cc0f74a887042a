package org.hearth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAlignedAndDelaysAreEmptyWithoutReaders() {
    var latency = new Percentiles(100, 1.234, 12.34, 123.4, 1234);
    var quiet = new Result("sequential", 1, 10, 100, 10, latency, null, 0, 0, 12.5);
    var read =
        new Result(
            "readers", 32, 10, 42000, 4200, latency, new Percentiles(9, 2, 3, 4, 5), 7, 1, 40);

    assertThat(Table.of(List.of(quiet, read)).lines().skip(1))
        .containsExactly(
            "sequential        1      10.0    1.23    12.3     123    1234                                   0       0          12.5",
            "readers          32      4200    1.23    12.3     123    1234      2.00      3.00      4.00     7       1          40.0");
  }
}
