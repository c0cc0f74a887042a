package org.hearth.engine.userdata;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Reads what [UserDataChange]s made durable. Every answer is committed.
public interface UserDataStore {

  /// Account data of one type.
  ///
  /// @param roomId null for data that belongs to no room
  /// @param position of the change that set it
  record Datum(@Nullable RoomId roomId, String type, ObjectNode content, long position) {}

  /// One type; empty if it was never set.
  Optional<Datum> accountData(UserId userId, @Nullable RoomId roomId, String type);

  /// All account data of a user, of no room and of all rooms, set with `after < position <= upTo`,
  /// by position. Data that was set again later than `upTo` is left out.
  List<Datum> accountDataChanged(UserId userId, long after, long upTo);

  /// A filter.
  Optional<ObjectNode> filter(UserId userId, String filterId);
}
