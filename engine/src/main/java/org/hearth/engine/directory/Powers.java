package org.hearth.engine.directory;

import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// Whether somebody's power in a room suffices for a thing that is not itself an event.
@FunctionalInterface
public interface Powers {

  /// False for everybody who is not joined.
  boolean maySendState(RoomId roomId, UserId userId, String eventType);
}
