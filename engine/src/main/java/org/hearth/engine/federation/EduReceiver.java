package org.hearth.engine.federation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.id.ServerName;

/// Takes one type of [EDU](https://spec.matrix.org/v1.19/server-server-api/#edus) from other
/// servers.
///
/// Before this, federation has left out what a room's server ACL forbids (`m.typing`, `m.receipt`).
/// The receiver checks that the content is well formed and that users belong to `origin`, drops
/// what is not, and returns when what must not be lost is durable: only then is the transaction
/// answered. It does not wait for network.
@FunctionalInterface
public interface EduReceiver {

  void receive(ServerName origin, ObjectNode content);
}
