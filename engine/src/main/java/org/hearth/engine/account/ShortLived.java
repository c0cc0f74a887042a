package org.hearth.engine.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Secrets that stand for something for a few minutes, in memory: a restart ends them, and the
/// client asks again (ADR 9 says why that is enough). Bounded; the oldest go first.
public final class ShortLived<T> {
  private final Secrets secrets;
  private final String prefix;
  private final Duration lifetime;
  private final Cache<TokenHash, T> values;

  public ShortLived(
      Secrets secrets, String prefix, Duration lifetime, int maximum, InstantSource clock) {
    this.secrets = secrets;
    this.prefix = prefix;
    this.lifetime = lifetime;
    Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(clock.millis());
    this.values =
        Caffeine.newBuilder()
            .maximumSize(maximum)
            .expireAfterWrite(lifetime)
            .ticker(ticker)
            .build();
  }

  /// Makes a secret that stands for `value`.
  public String issue(T value) {
    String token = secrets.token(prefix);
    values.put(TokenHash.of(token), value);
    return token;
  }

  /// What a secret stands for; it goes on to.
  public Optional<T> find(String token) {
    return Optional.ofNullable(values.getIfPresent(TokenHash.of(token)));
  }

  /// What a secret stood for; it works once.
  public Optional<T> take(String token) {
    return Optional.ofNullable(values.asMap().remove(TokenHash.of(token)));
  }

  /// How long secrets work.
  public Duration lifetime() {
    return lifetime;
  }
}
