package org.hearth.engine.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// What other servers say about their users.
@FunctionalInterface
public interface RemoteUsers {

  /// All fields of a profile, as
  /// [query/profile](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryprofile)
  /// answers them. `M_NOT_FOUND` if the server knows no such user, `M_FORBIDDEN` if it does not
  /// tell, `M_CONNECTION_FAILED` or `M_CONNECTION_TIMEOUT` if it cannot be asked. Blocks for as
  /// long as other servers may take.
  Outcome<ObjectNode> profile(UserId userId);
}
