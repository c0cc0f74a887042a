package org.hearth.engine.membership;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.id.UserId;

/// Display names and avatars of local users, as member events carry them.
@FunctionalInterface
public interface LocalProfiles {

  /// `displayname` and `avatar_url`, each absent if not set. The caller may change the answered
  /// object.
  ObjectNode memberContent(UserId userId);
}
