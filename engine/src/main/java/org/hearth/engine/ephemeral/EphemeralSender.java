package org.hearth.engine.ephemeral;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;

/// Sends [EDUs](https://spec.matrix.org/v1.19/server-server-api/#edus) that may be lost without
/// harm: typing, receipts, presence. Returns at once; a destination that is away misses them.
@FunctionalInterface
public interface EphemeralSender {

  /// @param roomId null for what is of no room
  /// @param type such as `m.typing`
  void send(Set<ServerName> destinations, @Nullable RoomId roomId, String type, ObjectNode content);
}
