package org.hearth.e2ee.backup;

import org.hearth.schemas.id.RoomId;

/// Which session a key belongs to.
public record SessionRef(RoomId roomId, String sessionId) implements Comparable<SessionRef> {

  @Override
  public int compareTo(SessionRef other) {
    int byRoom = roomId.compareTo(other.roomId);
    return byRoom != 0 ? byRoom : sessionId.compareTo(other.sessionId);
  }
}
