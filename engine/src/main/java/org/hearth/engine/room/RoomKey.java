package org.hearth.engine.room;

import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.room.RoomRules;

/// What everything about a room hangs on.
///
/// @param number names the room in storage; random, so that nobody has to be asked for the next one
/// @param rules never change in the life of a room
public record RoomKey(long number, RoomId id, RoomRules rules) {

  @Override
  public boolean equals(Object other) {
    return other instanceof RoomKey key && number == key.number;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
