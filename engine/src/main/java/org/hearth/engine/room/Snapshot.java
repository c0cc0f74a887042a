package org.hearth.engine.room;

import java.util.List;

/// A room at one moment: what building on it needs.
///
/// @param heads the forward extremities, newest last
/// @param root of the current state, resolved from those after the heads
/// @param position of the last live event; only right in a committed snapshot
record Snapshot(List<Head> heads, long root, Occupants occupants, long position) {

  /// A forward extremity.
  ///
  /// @param stateAfter root of the state after the event
  record Head(int ordinal, org.hearth.schemas.id.EventId eventId, long depth, long stateAfter) {
    static Head of(RoomEvent event) {
      return new Head(
          event.ordinal(), event.event().eventId(), event.event().depth(), event.stateAfter());
    }
  }

  static final Snapshot EMPTY = new Snapshot(List.of(), 0, Occupants.NOBODY, 0);

  Snapshot {
    heads = List.copyOf(heads);
  }

  Snapshot at(long position) {
    return new Snapshot(heads, root, occupants, position);
  }
}
