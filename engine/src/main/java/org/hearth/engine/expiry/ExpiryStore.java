package org.hearth.engine.expiry;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;

/// What will not stay.
public interface ExpiryStore {

  /// A self-destructing event.
  ///
  /// @param room the room's number
  /// @param roomId empty if the room is gone
  record Burnable(
      long room, int ordinal, EventId event, Optional<RoomId> roomId, long afterReadMs) {}

  /// Whose time has come, the earliest first.
  List<Burnable> due(long nowMs, int limit);

  /// Those that wait to be read by everybody, after this one.
  List<Burnable> unread(long afterRoom, int afterOrdinal, int limit);

  /// A room whose history may expire.
  record Candidate(long room, RoomId roomId) {}

  /// Rooms, by number.
  ///
  /// @param all also those that never had `m.room.retention`
  List<Candidate> rooms(long after, boolean all, int limit);

  /// An event with content, by its time.
  record Aged(int ordinal, long originMs) {}

  /// Events of a room behind the given one in the order of their times, up to a time.
  List<Aged> aged(long room, Aged after, long upToMs, int limit);
}
