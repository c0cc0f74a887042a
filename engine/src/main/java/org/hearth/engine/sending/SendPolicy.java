package org.hearth.engine.sending;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Whether this server takes such an event from a local user: the encryption policy.
@FunctionalInterface
public interface SendPolicy {

  /// @param stateKey null for a message
  Optional<Refusal> check(
      UserId sender, RoomView room, String type, @Nullable String stateKey, ObjectNode content);
}
