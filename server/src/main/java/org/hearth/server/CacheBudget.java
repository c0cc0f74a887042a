package org.hearth.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.hearth.engine.memory.MemoryBudget;

/// How much of the memory that the configuration allows is for caches, and what they use of it.
final class CacheBudget {
  /// Two fifths of the heap. The rest is for requests under way, for what waits to be written, and
  /// for what the collector has not collected yet.
  private static final int FIFTHS = 2;

  private CacheBudget() {}

  /// @param megabytes what the configuration allows; Java may have been started with less
  static MemoryBudget of(int megabytes) {
    long heap = Math.min((long) megabytes << 20, Runtime.getRuntime().maxMemory());
    return new MemoryBudget(heap / 5 * FIFTHS);
  }

  /// Call it once all caches are made.
  static void show(MemoryBudget budget, MeterRegistry metrics) {
    Gauge.builder("hearth.cache.budget.bytes", budget, MemoryBudget::bytes).register(metrics);
    budget
        .used()
        .forEach(
            (share, used) ->
                Gauge.builder("hearth.cache.used.bytes", used::getAsLong)
                    .tag("cache", share.label())
                    .register(metrics));
  }
}
