package org.hearth.engine.filter;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `RoomFilter`: the `room` part of a [Filter].
///
/// @param includeLeave also rooms that the user has left, in an initial sync
public record RoomFilter(
    @JsonProperty("not_rooms") @Nullable List<String> notRooms,
    @Nullable List<String> rooms,
    RoomEventFilter ephemeral,
    @JsonProperty("include_leave") @Nullable Boolean includeLeave,
    RoomEventFilter state,
    RoomEventFilter timeline,
    @JsonProperty("account_data") RoomEventFilter accountData) {
  public static final RoomFilter ALL =
      new RoomFilter(
          null,
          null,
          RoomEventFilter.ALL,
          null,
          RoomEventFilter.ALL,
          RoomEventFilter.ALL,
          RoomEventFilter.ALL);

  public RoomFilter {
    ephemeral = ephemeral == null ? RoomEventFilter.ALL : ephemeral;
    state = state == null ? RoomEventFilter.ALL : state;
    timeline = timeline == null ? RoomEventFilter.ALL : timeline;
    accountData = accountData == null ? RoomEventFilter.ALL : accountData;
  }

  public boolean acceptsRoom(String roomId) {
    return EventFilter.acceptsName(rooms, notRooms, roomId);
  }

  public boolean leaveIncluded() {
    return Boolean.TRUE.equals(includeLeave);
  }
}
