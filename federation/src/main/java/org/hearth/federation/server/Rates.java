package org.hearth.federation.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;

/// Token buckets by name. A forgotten bucket is a full one.
final class Rates {
  private final double perMilli;
  private final int burst;
  private final InstantSource clock;
  private final Cache<String, Bucket> buckets = Caffeine.newBuilder().maximumSize(10_000).build();

  Rates(double perSecond, int burst, InstantSource clock) {
    this.perMilli = perSecond / 1000;
    this.burst = burst;
    this.clock = clock;
  }

  /// Takes a token; false if there is none.
  boolean take(String name) {
    long now = clock.millis();
    Bucket after =
        buckets
            .asMap()
            .compute(
                name,
                (key, before) -> {
                  double tokens =
                      before == null
                          ? burst
                          : Math.min(
                              burst, before.tokens + Math.max(0, now - before.atMs) * perMilli);
                  return tokens < 1
                      ? new Bucket(tokens, now, false)
                      : new Bucket(tokens - 1, now, true);
                });
    return after.taken;
  }

  private record Bucket(double tokens, long atMs, boolean taken) {}
}
