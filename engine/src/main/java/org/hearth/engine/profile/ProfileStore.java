package org.hearth.engine.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.schemas.id.UserId;

/// Reads what [ProfileChange]s made durable.
public interface ProfileStore {

  /// All fields of a local user's profile; empty if there are none.
  ObjectNode profile(UserId userId);

  /// The profiles of all local users who have any field, for the directory that is built from them
  /// at start.
  Map<UserId, ObjectNode> profiles();
}
