package org.hearth.engine.room;

import java.util.List;

/// The current state of a room with several heads.
final class CurrentState {

  long resolve(RoomEntry entry, List<Snapshot.Head> heads) {
    throw new IllegalStateException("Room " + entry.data().key().id() + " forked.");
  }
}
