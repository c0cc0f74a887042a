package org.hearth.e2ee.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;

/// What the policy needs to know of a room, from its current state.
///
/// @param encryption content of `m.room.encryption`; empty in a room without encryption
/// @param encryptionEvent the event that says so
/// @param isPublic whether anybody may join
/// @param exempt whether the sender may send in clear: server notices, and application services
///   that the configuration lists as `plaintext`
public record RoomFacts(
    RoomId roomId,
    Optional<ObjectNode> encryption,
    Optional<EventId> encryptionEvent,
    boolean isPublic,
    boolean exempt) {

  public static RoomFacts unencrypted(RoomId roomId, boolean isPublic) {
    return new RoomFacts(roomId, Optional.empty(), Optional.empty(), isPublic, false);
  }

  public static RoomFacts encrypted(RoomId roomId, ObjectNode encryption, EventId event) {
    return new RoomFacts(roomId, Optional.of(encryption), Optional.of(event), false, false);
  }

  /// Whether `m.room.encryption` was ever set; it stays in force even if its content was redacted.
  public boolean isEncrypted() {
    return encryption.isPresent();
  }
}
