package org.hearth.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  @Test
  void atAFixedRateLatencyBeginsWhenTheRequestWasDue() {
    var pace = new Pace(1000, Duration.ZERO, Duration.ofMinutes(1));
    long first = pace.next();
    long second = pace.next();
    assertThat(second - first).isEqualTo(1_000_000);

    var latencies = new Durations();
    // Sent five seconds late, since the one before it was answered so late.
    var late = new Homeserver.Answer(200, new byte[0], first + 5_000_000_000L, 1_000);
    pace.count(first, late, latencies);

    assertThat(latencies.toArray()).containsExactly(5_000_001_000L);
  }

  @Test
  void withoutARateOnlyWhatBeganAndEndedInTheMeasuredTimeCounts() {
    var pace = new Pace(0, Duration.ofSeconds(10), Duration.ofSeconds(10));
    var latencies = new Durations();
    long begin = pace.begin();
    for (long begun : new long[] {begin - 5, begin + 5, pace.end() - 5})
      pace.count(begun, new Homeserver.Answer(200, new byte[0], begun, 10), latencies);

    assertThat(latencies.toArray()).containsExactly(10);
    assertThat(pace.seconds(begin + 2_000_000_000L)).isEqualTo(2);
  }
}
