package org.hearth.engine.room;

import java.util.Optional;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Whether another server may ask about a room at all.
final class InboundAccess {
  private static final StateKey ACL = new StateKey("m.room.server_acl", "");

  private final RoomWriters writers;
  private final CommittedRooms rooms;

  InboundAccess(RoomWriters writers, CommittedRooms rooms) {
    this.writers = writers;
    this.rooms = rooms;
  }

  /// An allowed room, as committed.
  record Entry(RoomWriter writer, CommittedView view) {
    RoomData data() {
      return writer.data();
    }
  }

  /// Why users here may not be invited; empty if they may.
  Optional<String> refusesEntry(RoomId roomId) {
    return writers.refusesEntry(roomId);
  }

  boolean allowedByAcl(ServerName server, RoomId roomId) {
    return rooms.committed(roomId).map(view -> allows(view, server)).orElse(true);
  }

  private static boolean allows(CommittedView view, ServerName server) {
    var acl = view.state(ACL);
    return acl == null || new ServerAcl(acl.content()).allows(server);
  }

  /// A room that this server is in, and that does not shut the other server out.
  Outcome<Entry> open(ServerName origin, RoomId roomId) {
    Optional<CommittedView> view = rooms.committed(roomId).filter(CommittedView::resident);
    var writer = writers.get(roomId);
    if (view.isEmpty() || writer.isEmpty())
      return Outcome.notFound("This server is not in the room.");
    if (!allows(view.get(), origin))
      return Outcome.forbidden("The room's access list shuts your server out.");
    return Outcome.done(new Entry(writer.get(), view.get()));
  }

  /// [#open], for a server with a member in the room.
  Outcome<Entry> shared(ServerName origin, RoomId roomId) {
    return open(origin, roomId)
        .then(
            entry ->
                entry.view().joinedServers().contains(origin)
                    ? Outcome.done(entry)
                    : Outcome.refused(ErrorCode.M_FORBIDDEN, "Your server is not in the room."));
  }
}
