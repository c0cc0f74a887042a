package org.hearth.engine.presence;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Reads what [PresenceChange]s made durable.
public interface PresenceStore {

  /// @param activeMs 0 if it is not known
  record Noted(UserId userId, PresenceState state, @Nullable String statusMsg, long activeMs) {

    /// What a person wrote stays out of logs.
    @Override
    public String toString() {
      return "Noted[" + userId + ", " + state + "]";
    }
  }

  Optional<Noted> of(UserId userId);

  /// Those who are not offline, by user ID, at most `limit`.
  List<Noted> present(int limit);
}
