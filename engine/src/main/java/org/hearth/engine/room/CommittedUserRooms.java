package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;

/// Which rooms a user is in, from what is committed.
final class CommittedUserRooms implements UserRooms {
  /// "The following state events should be included in stripped state."
  private static final List<String> STRIPPED =
      List.of(
          EventType.CREATE,
          EventType.NAME,
          EventType.AVATAR,
          EventType.TOPIC,
          EventType.JOIN_RULES,
          EventType.CANONICAL_ALIAS,
          EventType.ENCRYPTION);

  private final MembershipStore store;
  private final CommittedRooms rooms;
  private final ServerName us;

  CommittedUserRooms(MembershipStore store, CommittedRooms rooms, ServerName us) {
    this.store = store;
    this.rooms = rooms;
    this.us = us;
  }

  @Override
  public List<UserRoom> of(UserId userId) {
    return store.of(userId);
  }

  @Override
  public Optional<UserRoom> in(UserId userId, RoomId roomId) {
    return store.in(userId, roomId);
  }

  @Override
  public List<RoomId> joined(UserId userId) {
    return store.of(userId).stream()
        .filter(room -> room.membership().equals("join"))
        .map(UserRoom::roomId)
        .toList();
  }

  @Override
  public List<UserRoom> changes(UserId userId, long after, long upTo) {
    return store.changes(userId, after, upTo);
  }

  @Override
  public Optional<UserRoom> at(UserId userId, RoomId roomId, long position) {
    return store.at(userId, roomId, position);
  }

  @Override
  public List<UserId> localJoined(RoomId roomId) {
    return store.joined(roomId, us);
  }

  @Override
  public List<RoomId> roomsWith(UserId userId) {
    return store.roomsWith(userId);
  }

  @Override
  public Set<UserId> sharing(UserId userId) {
    return store.sharing(userId);
  }

  @Override
  public Set<UserId> sharing(UserId userId, Collection<UserId> candidates) {
    return store.sharing(userId, candidates);
  }

  @Override
  public List<Event> strippedState(UserId userId, RoomId roomId) {
    var view = rooms.committed(roomId);
    if (view.isPresent() && view.get().resident()) return stripped(view.get(), userId);
    return store
        .stripped(userId, roomId)
        .map(events -> events.stream().flatMap(json -> event(json, roomId).stream()).toList())
        .orElseGet(() -> view.map(present -> stripped(present, userId)).orElse(List.of()));
  }

  /// From a room that this server is in.
  static List<Event> stripped(CommittedView view, UserId userId) {
    var keys = new ArrayList<StateKey>();
    for (var type : STRIPPED) keys.add(new StateKey(type, ""));
    var member = StateKey.member(userId);
    keys.add(member);
    var events = new ArrayList<>(view.stateMap().events(keys));
    events.stream()
        .filter(event -> event.isState(member) && !event.sender().equals(userId))
        .findFirst()
        .map(invite -> view.state(StateKey.member(invite.sender())))
        .ifPresent(events::add);
    return events;
  }

  /// What another server told is not a whole event: other fields are filled in for reading.
  private static Optional<Event> event(ObjectNode told, RoomId roomId) {
    boolean good =
        told.path("type").isTextual()
            && told.path("state_key").isTextual()
            && told.path("content").isObject()
            && UserId.tryParse(told.path("sender").asText("")).isPresent();
    if (!good) return Optional.empty();
    var whole = Json.object();
    whole.put("room_id", roomId.value());
    whole.put("depth", 0).put("origin_server_ts", 0);
    whole.putArray("prev_events");
    whole.putArray("auth_events");
    whole.putObject("hashes");
    whole.putObject("signatures");
    for (var field : told.properties()) {
      boolean kept = !whole.has(field.getKey()) || field.getKey().equals("origin_server_ts");
      if (kept) whole.set(field.getKey(), field.getValue());
    }
    var id =
        EventId.tryParse(told.path("event_id").asText(""))
            .orElse(new EventId("$stripped-" + Integer.toHexString(told.hashCode())));
    RoomRules rules = RoomVersion.V11.rules();
    return Optional.of(EventReader.readTrusted(whole, id, rules));
  }
}
