package org.hearth.e2ee.backup;

import java.util.Optional;
import org.hearth.schemas.id.RoomId;

/// All keys of a version, those of a room, or one.
///
/// @param sessionId only with a room
public record KeySelection(Optional<RoomId> roomId, Optional<String> sessionId) {
  public static final KeySelection ALL = new KeySelection(Optional.empty(), Optional.empty());

  public KeySelection {
    if (sessionId.isPresent() && roomId.isEmpty())
      throw new IllegalArgumentException("A session is selected within its room");
  }

  public static KeySelection room(RoomId roomId) {
    return new KeySelection(Optional.of(roomId), Optional.empty());
  }

  public static KeySelection session(RoomId roomId, String sessionId) {
    return new KeySelection(Optional.of(roomId), Optional.of(sessionId));
  }
}
