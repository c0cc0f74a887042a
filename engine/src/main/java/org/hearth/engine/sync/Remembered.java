package org.hearth.engine.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.Supplier;

/// What was read for a topic, good for as long as the topic does not change. Bounded.
final class Remembered<K, V> {
  private final Freshness freshness;
  private final Cache<K, Read<V>> cache;

  /// @param position up to which everything is part of the value
  private record Read<V>(long position, V value) {}

  Remembered(Freshness freshness, long entries) {
    this.freshness = freshness;
    this.cache = Caffeine.newBuilder().maximumSize(entries).build();
  }

  V get(K key, Topic topic, Supplier<V> reading) {
    var known = cache.getIfPresent(key);
    if (known != null && !freshness.changedAfter(topic, known.position())) return known.value();
    // The position first: what changes while the value is read makes it old.
    long position = freshness.heard();
    var value = reading.get();
    cache.put(key, new Read<>(position, value));
    return value;
  }
}
