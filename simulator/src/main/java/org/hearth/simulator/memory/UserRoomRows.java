package org.hearth.simulator.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeMap;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.UserRooms.UserRoom;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// Rows of local users: the rooms they are in, and how that came.
final class UserRoomRows {

  /// @param stripped empty if nothing was told
  record Row(UserRoom room, List<ObjectNode> stripped) {}

  final TreeMap<UserId, TreeMap<RoomId, Row>> current = new TreeMap<>();
  final TreeMap<UserId, TreeMap<Long, UserRoom>> changes = new TreeMap<>();

  void append(RoomChange.AppendEvent append, long position) {
    for (var member : append.occupancy().memberships()) {
      if (!member.local()) continue;
      var room =
          new UserRoom(
              append.event().room().id(),
              member.membership(),
              member.eventId(),
              member.sender(),
              position,
              false);
      put(member.user(), room, List.of());
    }
  }

  void remote(RoomChange.SetRemoteMembership change, long position) {
    put(
        change.user(),
        new UserRoom(
            change.room(), change.membership(), change.eventId(), change.sender(), position, false),
        change.stripped().stream().map(ObjectNode::deepCopy).toList());
  }

  private void put(UserId user, UserRoom room, List<ObjectNode> stripped) {
    current.computeIfAbsent(user, _ -> new TreeMap<>()).put(room.roomId(), new Row(room, stripped));
    changes.computeIfAbsent(user, _ -> new TreeMap<>()).put(room.position(), room);
  }

  void forgetStripped(UserId user) {
    current
        .getOrDefault(user, new TreeMap<>())
        .replaceAll((_, row) -> new Row(row.room(), List.of()));
  }

  void forget(UserId user, RoomId room) {
    current
        .getOrDefault(user, new TreeMap<>())
        .computeIfPresent(
            room,
            (_, row) -> {
              var was = row.room();
              return new Row(
                  new UserRoom(
                      was.roomId(),
                      was.membership(),
                      was.eventId(),
                      was.sender(),
                      was.position(),
                      true),
                  row.stripped());
            });
  }
}
