package org.hearth.engine.federation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What other servers ask of this one besides events, each as a body of the federation API. The
/// caller has authenticated `origin`.
public interface LocalQueries {

  /// Body of
  /// [queryProfile](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryprofile):
  /// the asked field, or all. `M_NOT_FOUND` for an unknown user, `M_FORBIDDEN` for one whose
  /// profile other servers may not read.
  Outcome<ObjectNode> profile(UserId userId, Optional<String> field);

  /// `{"room_id", "servers"}` of a local alias.
  Outcome<ObjectNode> directory(RoomAlias alias);

  /// Body of
  /// [queryPublicRooms](https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1publicrooms);
  /// `request` is the body of that, also for a GET.
  Outcome<JsonNode> publicRooms(ServerName origin, ObjectNode request);

  /// Body of
  /// [getSpaceHierarchy](https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1hierarchyroomid),
  /// for what users of `origin` may know.
  Outcome<JsonNode> hierarchy(ServerName origin, RoomId roomId, boolean suggestedOnly);

  /// Whose OpenID token it is; empty if it is unknown or expired.
  Optional<UserId> openIdUser(String accessToken);
}
