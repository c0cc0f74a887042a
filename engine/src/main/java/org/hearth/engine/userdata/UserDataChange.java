package org.hearth.engine.userdata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What becomes of a user's account data and filters.
public sealed interface UserDataChange extends Change {

  /// Whose it is.
  UserId userId();

  /// Account data of one type.
  ///
  /// @param roomId null for data that belongs to no room
  record AccountDataSet(UserId userId, @Nullable RoomId roomId, String type, ObjectNode content)
      implements UserDataChange {
    /// What people keep stays out of logs.
    @Override
    public String toString() {
      return "AccountDataSet[" + userId + ", " + type + "]";
    }
  }

  /// A filter; the same filter has the same ID.
  record FilterSaved(UserId userId, String filterId, ObjectNode filter) implements UserDataChange {}
}
