package org.hearth.engine.profile;

import com.fasterxml.jackson.databind.JsonNode;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// One field of a local user's profile.
///
/// @param value null removes the field
public record ProfileChange(UserId userId, String field, @Nullable JsonNode value)
    implements Change {
  /// What people say about themselves stays out of logs.
  @Override
  public String toString() {
    return "ProfileChange[" + userId + ", " + field + "]";
  }
}
