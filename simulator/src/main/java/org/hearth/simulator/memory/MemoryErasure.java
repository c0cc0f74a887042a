package org.hearth.simulator.memory;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.hearth.engine.room.ErasureStore;
import org.hearth.engine.room.RoomKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Accounts are not kept here, so nobody is erased; who was in a room is known.
record MemoryErasure(MemoryRooms rows) implements ErasureStore {

  @Override
  public OptionalLong erasedAt(UserId user) {
    return OptionalLong.empty();
  }

  @Override
  public boolean joinedBy(UserId user, RoomId room, long position) {
    return rows.read(
        () ->
            rows.users.changes.getOrDefault(user, new TreeMap<>()).values().stream()
                .anyMatch(
                    change ->
                        change.roomId().equals(room)
                            && change.membership().equals("join")
                            && change.position() <= position));
  }

  @Override
  public boolean joinedBy(ServerName server, RoomKey room, long position) {
    return rows.read(
        () ->
            Optional.ofNullable(rows.rows(room).servers.get(server)).stream()
                .anyMatch(intervals -> intervals.firstKey() <= position));
  }
}
