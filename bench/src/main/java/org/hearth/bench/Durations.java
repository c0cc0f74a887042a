package org.hearth.bench;

import java.util.Arrays;

/// Collects durations of one thread; grows as needed. Several are joined with [#all].
final class Durations {
  private long[] nanos = new long[1024];
  private int size;
  private long last = Long.MIN_VALUE;

  void add(long duration) {
    if (size == nanos.length) nanos = Arrays.copyOf(nanos, size * 2);
    nanos[size++] = duration;
  }

  /// @param at when it ended, by `System.nanoTime()`
  void add(long duration, long at) {
    add(duration);
    last = at;
  }

  long[] toArray() {
    return Arrays.copyOf(nanos, size);
  }

  static long[] all(Iterable<Durations> parts) {
    var joined = new Durations();
    for (Durations part : parts) for (int i = 0; i < part.size; i++) joined.add(part.nanos[i]);
    return joined.toArray();
  }

  /// When the last of all ended.
  static long last(Iterable<Durations> parts) {
    long last = Long.MIN_VALUE;
    for (Durations part : parts) last = Math.max(last, part.last);
    return last;
  }
}
