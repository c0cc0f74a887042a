package org.hearth.engine.federation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;

/// Profiles of other servers' users. Blocks on network.
public interface RemoteProfiles {

  /// The asked field (`displayname`, `avatar_url` or any other), or all, as the user's server
  /// answers.
  Outcome<ObjectNode> profile(UserId userId, Optional<String> field);
}
