package org.hearth.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.engine.memory.MemoryBudget;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final RateLimits limits =
      new RateLimits(
          Map.of(RateClass.LOGIN, new RateLimits.Rate(0.5, 3)),
          () -> Instant.ofEpochMilli(now.get()),
          new MemoryBudget(1 << 20));

  @Test
  void aBurstPassesAndThenTheRate() {
    for (int i = 0; i < 3; i++) {
      assertThat(limits.take(RateClass.LOGIN, "a")).isEmpty();
    }
    assertThat(limits.take(RateClass.LOGIN, "a")).hasValue(Duration.ofSeconds(2));
    now.addAndGet(2000);
    assertThat(limits.take(RateClass.LOGIN, "a")).isEmpty();
    assertThat(limits.take(RateClass.LOGIN, "a")).isPresent();
  }

  @Test
  void refusedRequestsCostNothing() {
    for (int i = 0; i < 3; i++) {
      assertThat(limits.take(RateClass.LOGIN, "a")).isEmpty();
    }
    for (int i = 0; i < 19; i++) {
      now.addAndGet(100);
      assertThat(limits.take(RateClass.LOGIN, "a")).isPresent();
    }
    now.addAndGet(100);
    assertThat(limits.take(RateClass.LOGIN, "a")).isEmpty();
  }

  @Test
  void keysAndClassesAreApart() {
    for (int i = 0; i < 3; i++) {
      assertThat(limits.take(RateClass.LOGIN, "a")).isEmpty();
    }
    assertThat(limits.take(RateClass.LOGIN, "b")).isEmpty();
    assertThat(limits.take(RateClass.GENERAL, "a")).isEmpty();
  }
}
