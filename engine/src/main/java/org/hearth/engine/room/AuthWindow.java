package org.hearth.engine.room;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The auth edges of [#SIZE] consecutive events of a room, in little memory: about 40 bytes an
/// event. Filled from storage once and then by each commit; safe for all threads.
final class AuthWindow {
  static final int SIZE = 1024;

  /// Bytes in memory, roughly, once it is full.
  static final int WEIGHT = 40 * SIZE;

  private static final int[] NONE = {};

  private final AtomicReferenceArray<int[]> auth = new AtomicReferenceArray<>(SIZE);
  private final AtomicIntegerArray rejected = new AtomicIntegerArray(SIZE / Integer.SIZE);

  /// Which window an event is in.
  static int of(int ordinal) {
    return ordinal / SIZE;
  }

  void put(RoomStore.EventLink link) {
    int place = link.ordinal() % SIZE;
    int bit = 1 << place;
    rejected.updateAndGet(place / Integer.SIZE, bits -> link.rejected() ? bits | bit : bits & ~bit);
    auth.set(
        place,
        link.auth().isEmpty() ? NONE : link.auth().stream().mapToInt(Integer::intValue).toArray());
  }

  /// Ordinals of the auth events; null for an event that is not durable, or does not exist.
  int @Nullable [] authEvents(int ordinal) {
    return auth.get(ordinal % SIZE);
  }

  boolean isRejected(int ordinal) {
    int place = ordinal % SIZE;
    return (rejected.get(place / Integer.SIZE) & 1 << place) != 0;
  }
}
