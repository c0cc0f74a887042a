package org.hearth.federation.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.hearth.federation.TestClock;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final TestClock clock = new TestClock();
  private final Backoff backoff =
      new Backoff(clock, new Random(1), Duration.ofSeconds(1), Duration.ofMinutes(1), 100);

  @Test
  void waitsLongerWithEachFailureUpToABound() {
    Duration previous = Duration.ZERO;
    for (int i = 0; i < 5; i++) {
      backoff.failed("a");
      Duration wait = Duration.between(clock.instant(), backoff.until("a").orElseThrow());
      assertThat(wait).isGreaterThan(previous);
      previous = wait;
      clock.advance(wait);
      assertThat(backoff.until("a")).isEmpty();
    }
    for (int i = 0; i < 50; i++) {
      backoff.failed("a");
      Duration wait = Duration.between(clock.instant(), backoff.until("a").orElseThrow());
      assertThat(wait).isLessThanOrEqualTo(Duration.ofMinutes(1));
      clock.advance(wait);
    }
  }

  @Test
  void failuresAtTheSameTimeCountOnce() {
    backoff.failed("a");
    var first = backoff.until("a");
    backoff.failed("a");
    assertThat(backoff.until("a")).isEqualTo(first);
  }

  @Test
  void aSignOfLifeEndsTheWait() {
    backoff.failed("a");
    backoff.alive("a");
    assertThat(backoff.until("a")).isEmpty();
    assertThat(backoff.until("b")).isEmpty();
  }
}
