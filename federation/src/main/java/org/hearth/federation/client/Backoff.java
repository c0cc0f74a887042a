package org.hearth.federation.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a destination that did not answer is to be asked again: exponentially later with each
/// failure, with jitter, at once when it shows life. Remembers a bounded number of destinations; a
/// forgotten one counts as well.
public final class Backoff {
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration first;
  private final Duration longest;
  private final Cache<String, Failing> failing;

  /// @param first wait after the first failure
  /// @param longest wait that is never exceeded
  public Backoff(
      InstantSource clock,
      RandomGenerator random,
      Duration first,
      Duration longest,
      int maxDestinations) {
    this.clock = clock;
    this.random = random;
    this.first = first;
    this.longest = longest;
    this.failing = Caffeine.newBuilder().maximumSize(maxDestinations).build();
  }

  /// Until when `destination` is to be left alone; empty if it may be asked now.
  public Optional<Instant> until(String destination) {
    Failing state = failing.getIfPresent(destination);
    if (state == null || !clock.instant().isBefore(state.retryAt)) return Optional.empty();
    return Optional.of(state.retryAt);
  }

  /// `destination` gave no usable answer. Failures of requests that ran at the same time count
  /// once.
  public void failed(String destination) {
    Instant now = clock.instant();
    failing
        .asMap()
        .compute(
            destination,
            (name, state) -> {
              if (state != null && now.isBefore(state.retryAt)) return state;
              int failures = state == null ? 1 : Math.min(state.failures + 1, 40);
              return new Failing(failures, now.plus(wait(failures)));
            });
  }

  /// `destination` answered, or sent something by itself.
  public void alive(String destination) {
    failing.invalidate(destination);
  }

  private Duration wait(int failures) {
    double doubled = first.toMillis() * Math.pow(2, failures - 1);
    double bounded = Math.min(doubled, longest.toMillis());
    return Duration.ofMillis((long) (bounded * (0.75 + 0.25 * random.nextDouble())));
  }

  private record Failing(int failures, Instant retryAt) {}
}
