package org.hearth.engine.room;

import java.util.Collection;
import java.util.List;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Who may see what: [history
/// visibility](https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility) for each
/// event and each user, and for servers.
public interface Visibility {

  /// Those that the user may see, in the given order.
  List<StoredEvent> visible(RoomId roomId, UserId viewer, Collection<StoredEvent> events);

  /// Those that the server may see whole; federation serves the others redacted.
  List<StoredEvent> visible(RoomId roomId, ServerName server, Collection<StoredEvent> events);

  /// Joined, or once a member, or the room is world readable: may read (a state of) the room at
  /// all.
  Access access(RoomId roomId, UserId viewer);

  /// How much of a room a user may read.
  sealed interface Access {
    /// The current state.
    record Current() implements Access {}

    /// The state as of the moment they left.
    record Until(Rooms.StateMap state, long position) implements Access {}

    record None() implements Access {}
  }
}
