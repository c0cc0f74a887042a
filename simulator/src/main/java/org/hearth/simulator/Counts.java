package org.hearth.simulator;

import java.util.Map;
import java.util.TreeMap;

/// What was exercised, so that it shows when a simulation has become vacuous.
final class Counts {
  private final TreeMap<String, Long> counts = new TreeMap<>();

  void add(String what) {
    add(what, 1);
  }

  void add(String what, long count) {
    if (count != 0) counts.merge(what, count, Long::sum);
  }

  void addAll(Counts other) {
    other.counts.forEach(this::add);
  }

  long of(String what) {
    return counts.getOrDefault(what, 0L);
  }

  Map<String, Long> all() {
    return new TreeMap<>(counts);
  }
}
