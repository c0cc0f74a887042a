package org.hearth.engine.federation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.hearth.schemas.id.ServerName;

/// Hands over EDUs that may be lost: typing, receipts, presence. Those that may not be lost go
/// through `OutgoingEdus` of e2ee.
public interface EphemeralEdus {

  /// Queues the EDU for each destination and returns at once.
  ///
  /// @param key what it is about, such as the room and user of a typing notice: a newer EDU of the
  ///   same type and key takes the place of an older one that still waits
  void send(Collection<ServerName> destinations, String type, String key, ObjectNode content);
}
