package org.hearth.engine.filter;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.hearth.schemas.event.Event;
import org.jspecify.annotations.Nullable;

///
/// [`RoomEventFilter`](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages),
/// for events of rooms.
///
/// @param containsUrl true for only events with a `url` in their content, false for only those
///   without; null for all
/// @param lazyLoadMembers send the member events of senders only
/// @param includeRedundantMembers send them again even if the client has them
/// @param unreadThreadNotifications count threads apart
public record RoomEventFilter(
    @Nullable Integer limit,
    @JsonProperty("not_senders") @Nullable List<String> notSenders,
    @JsonProperty("not_types") @Nullable List<String> notTypes,
    @Nullable List<String> senders,
    @Nullable List<String> types,
    @JsonProperty("not_rooms") @Nullable List<String> notRooms,
    @Nullable List<String> rooms,
    @JsonProperty("contains_url") @Nullable Boolean containsUrl,
    @JsonProperty("lazy_load_members") @Nullable Boolean lazyLoad,
    @JsonProperty("include_redundant_members") @Nullable Boolean redundantMembers,
    @JsonProperty("unread_thread_notifications") @Nullable Boolean threadNotifications) {
  public static final RoomEventFilter ALL =
      new RoomEventFilter(null, null, null, null, null, null, null, null, null, null, null);

  public boolean accepts(Event event) {
    return accepts(event.type(), event.sender().value())
        && acceptsRoom(event.roomId().value())
        && (containsUrl == null || containsUrl == event.content().path("url").isTextual());
  }

  public boolean accepts(String type, String sender) {
    return EventFilter.acceptsType(types, notTypes, type)
        && EventFilter.acceptsName(senders, notSenders, sender);
  }

  public boolean acceptsType(String type) {
    return EventFilter.acceptsType(types, notTypes, type);
  }

  public boolean acceptsRoom(String roomId) {
    return EventFilter.acceptsName(rooms, notRooms, roomId);
  }

  public int limitOr(int absent) {
    return limit == null ? absent : Math.max(0, limit);
  }

  public boolean lazyLoadMembers() {
    return Boolean.TRUE.equals(lazyLoad);
  }

  public boolean includeRedundantMembers() {
    return Boolean.TRUE.equals(redundantMembers);
  }

  public boolean unreadThreadNotifications() {
    return Boolean.TRUE.equals(threadNotifications);
  }
}
