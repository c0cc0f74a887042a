package org.hearth.engine.room;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// Which rooms a user is in, and how. Also knows rooms that this server is not in (remote invites
/// and knocks).
public interface UserRooms {

  /// @param membership `join`, `invite`, `leave`, `ban`, `knock`
  /// @param position of the change that made it so
  record UserRoom(
      RoomId roomId,
      String membership,
      EventId eventId,
      UserId sender,
      long position,
      boolean forgotten) {}

  /// All rooms with a member event for the user, forgotten ones too.
  List<UserRoom> of(UserId userId);

  Optional<UserRoom> in(UserId userId, RoomId roomId);

  List<RoomId> joined(UserId userId);

  /// Membership changes of the user with `after < position <= upTo`, oldest first; several per room
  /// are all listed.
  List<UserRoom> changes(UserId userId, long after, long upTo);

  /// What the user was in the room when `position` was the last committed one; empty if there was
  /// no member event.
  Optional<UserRoom> at(UserId userId, RoomId roomId, long position);

  List<UserId> localJoined(RoomId roomId);

  /// Rooms with a user of any server among the joined members. [#joined] knows local users only.
  List<RoomId> roomsWith(UserId userId);

  /// Users of any server who share at least one joined room with this one, itself excluded.
  Set<UserId> sharing(UserId userId);

  /// Those of the candidates who do.
  Set<UserId> sharing(UserId userId, Collection<UserId> candidates);

  /// The [stripped state](https://spec.matrix.org/v1.19/client-server-api/#stripped-state) that
  /// came with an invite or knock to a room, or was taken from the room if this server is in it.
  List<Event> strippedState(UserId userId, RoomId roomId);
}
