package org.hearth.client.http;

import com.github.benmanes.caffeine.cache.Cache;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;

/// Token buckets by rate class and key (a user ID or an address). The map is bounded: a forgotten
/// key starts again with a full bucket.
public final class RateLimits {
  /// Bytes of a bucket with its key.
  private static final int BUCKET = 260;

  private final Map<RateClass, Rate> rates;
  private final InstantSource clock;
  private final Cache<Key, Bucket> buckets;

  /// @param rates classes that are absent are not limited
  public RateLimits(Map<RateClass, Rate> rates, InstantSource clock, MemoryBudget budget) {
    buckets =
        budget.cache(
            Share.RATE_LIMITS,
            (Key _, Bucket _) -> BUCKET,
            caffeine -> caffeine.expireAfterAccess(Duration.ofHours(1)));
    this.rates = new EnumMap<>(RateClass.class);
    this.rates.putAll(rates);
    this.clock = clock;
  }

  /// So many per second in the long run, and `burst` at once.
  public record Rate(double perSecond, int burst) {}

  private record Key(RateClass rate, String name) {}

  private record Bucket(double tokens, long atMillis, boolean passed) {}

  /// Takes one from a bucket.
  ///
  /// @return empty if it may pass, or how long to wait
  public Optional<Duration> take(RateClass rateClass, String key) {
    Rate rate = rates.get(rateClass);
    if (rate == null) {
      return Optional.empty();
    }
    long now = clock.millis();
    Bucket after =
        buckets
            .asMap()
            .compute(
                new Key(rateClass, key),
                (name, before) -> {
                  double filled = before == null ? rate.burst() : refilled(before, rate, now);
                  return filled >= 1
                      ? new Bucket(filled - 1, now, true)
                      : new Bucket(filled, now, false);
                });
    if (after == null || after.passed()) {
      return Optional.empty();
    }
    double seconds = (1 - after.tokens()) / rate.perSecond();
    return Optional.of(Duration.ofMillis((long) Math.ceil(seconds * 1000)));
  }

  private static double refilled(Bucket before, Rate rate, long now) {
    double since = Math.max(0, now - before.atMillis()) / 1000.0;
    return Math.min(rate.burst(), before.tokens() + rate.perSecond() * since);
  }
}
