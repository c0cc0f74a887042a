package org.hearth.engine.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Weigher;
import java.util.function.Supplier;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;

/// What was read for a topic, good for as long as the topic does not change. Bounded.
final class Remembered<K, V> {
  private static final int READ = 32;

  private final Freshness freshness;
  private final Cache<K, Read<V>> cache;

  /// @param position up to which everything is part of the value
  private record Read<V>(long position, V value) {}

  /// @param weigher estimates a key and a value in bytes
  Remembered(
      Freshness freshness,
      MemoryBudget budget,
      Share share,
      Weigher<? super K, ? super V> weigher) {
    this.freshness = freshness;
    this.cache = budget.cache(share, (key, read) -> READ + weigher.weigh(key, read.value()));
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

  void forget(K key) {
    cache.invalidate(key);
  }
}
