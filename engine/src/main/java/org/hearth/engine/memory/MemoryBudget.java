package org.hearth.engine.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What all caches together may hold, in bytes, and what each of them holds. A cache is made here
/// and weighs its entries; the weights are estimates that are rather too large than too small.
public final class MemoryBudget {
  /// What an entry takes beside its key and value: the cache's own node and its place in the table.
  public static final int ENTRY = 96;

  private final long bytes;

  /// Bounded by the shares: one number for each.
  private final Map<Share, LongSupplier> used = new ConcurrentHashMap<>();

  public MemoryBudget(long bytes) {
    this.bytes = bytes;
  }

  public long bytes() {
    return bytes;
  }

  /// What one cache may hold.
  public long of(Share share) {
    return bytes / 1000 * share.thousandths;
  }

  /// How many entries of a known size one cache may hold.
  ///
  /// @param each bytes of one, all included
  public int count(Share share, int each) {
    return (int) Math.clamp(of(share) / each, 16, Integer.MAX_VALUE);
  }

  /// A cache of its share.
  public <K, V> Cache<K, V> cache(Share share, Weigher<? super K, ? super V> weigher) {
    return cache(share, weigher, _ -> {});
  }

  /// Evicts on the thread that fills it: the engine has no threads of its own, and a run can be
  /// replayed.
  ///
  /// @param more further settings, such as how long entries are good
  public <K, V> Cache<K, V> cache(
      Share share, Weigher<? super K, ? super V> weigher, Consumer<Caffeine<K, V>> more) {
    Caffeine<K, V> settings =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumWeight(of(share))
            .weigher((K key, V value) -> ENTRY + weigher.weigh(key, value));
    more.accept(settings);
    Cache<K, V> cache = settings.build();
    measure(
        share,
        () ->
            cache.policy().eviction().stream()
                .mapToLong(eviction -> eviction.weightedSize().orElse(0))
                .sum());
    return cache;
  }

  /// Says how much a share is used, where it is not a cache made here.
  public void measure(Share share, LongSupplier bytesUsed) {
    used.put(share, bytesUsed);
  }

  /// Estimated bytes by share, of those that are in use.
  public Map<Share, LongSupplier> used() {
    return new EnumMap<>(used);
  }

  /// All of them together.
  public long usedBytes() {
    return used.values().stream().mapToLong(LongSupplier::getAsLong).sum();
  }
}
