package org.hearth.engine.room;

import java.util.OptionalLong;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Who asked to be erased, and who was there before.
public interface ErasureStore {

  /// Position at which a local user's account was erased; empty if it was not.
  OptionalLong erasedAt(UserId user);

  /// Whether a local user was joined to the room at some time up to a position.
  boolean joinedBy(UserId user, RoomId room, long position);

  /// Whether a server had a joined member in the room at some time up to a position.
  boolean joinedBy(ServerName server, RoomKey room, long position);
}
