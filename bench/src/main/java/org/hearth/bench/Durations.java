package org.hearth.bench;

import java.util.Arrays;

/// Collects durations of one thread; grows as needed. Several are joined with [#all].
final class Durations {
  private long[] nanos = new long[1024];
  private int size;

  void add(long duration) {
    if (size == nanos.length) nanos = Arrays.copyOf(nanos, size * 2);
    nanos[size++] = duration;
  }

  long[] toArray() {
    return Arrays.copyOf(nanos, size);
  }

  static long[] all(Iterable<Durations> parts) {
    var joined = new Durations();
    for (Durations part : parts) for (int i = 0; i < part.size; i++) joined.add(part.nanos[i]);
    return joined.toArray();
  }
}
