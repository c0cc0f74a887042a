package org.hearth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void eachPercentileIsTheNearestRank() {
    long[] oneToHundred = LongStream.rangeClosed(1, 100).map(ms -> ms * 1_000_000).toArray();

    assertThat(Percentiles.ofNanos(oneToHundred)).isEqualTo(new Percentiles(100, 50, 90, 99, 100));
  }

  @Test
  void orderDoesNotMatterAndTheInputStays() {
    long[] shuffled = {30_000_000, 10_000_000, 20_000_000};

    assertThat(Percentiles.ofNanos(shuffled)).isEqualTo(new Percentiles(3, 20, 30, 30, 30));
    assertThat(shuffled).containsExactly(30_000_000, 10_000_000, 20_000_000);
  }

  @Test
  void oneDurationIsEveryPercentile() {
    assertThat(Percentiles.ofNanos(new long[] {1_500_000}))
        .isEqualTo(new Percentiles(1, 1.5, 1.5, 1.5, 1.5));
  }

  @Test
  void noDurationsGiveZeros() {
    assertThat(Percentiles.ofNanos(new long[0])).isEqualTo(new Percentiles(0, 0, 0, 0, 0));
  }

  @Test
  void durationsOfSeveralThreadsAreJoined() {
    var many = new Durations();
    for (int i = 0; i < 3000; i++) many.add(i);
    var few = new Durations();
    few.add(-1);

    assertThat(Durations.all(List.of(many, few))).hasSize(3001).startsWith(0, 1, 2).endsWith(-1);
  }
}
