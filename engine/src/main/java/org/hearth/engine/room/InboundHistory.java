package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.hearth.engine.room.InboundRooms.State;
import org.hearth.engine.room.InboundRooms.StateIds;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// What other servers read of rooms.
final class InboundHistory {
  private static final int BACKFILLED = 100;
  private static final int MISSING = 50;
  private static final int NEAREST = 20;

  private final InboundAccess access;
  private final CommittedRooms rooms;
  private final HistoryVisibility visibility;
  private final TimelineStore timelines;
  private final Erasure erasure;

  InboundHistory(
      InboundAccess access,
      CommittedRooms rooms,
      HistoryVisibility visibility,
      TimelineStore timelines,
      Erasure erasure) {
    this.access = access;
    this.rooms = rooms;
    this.visibility = visibility;
    this.timelines = timelines;
    this.erasure = erasure;
  }

  Optional<StoredEvent> event(ServerName origin, EventId eventId) {
    var event = rooms.event(eventId).orElse(null);
    if (event == null) return Optional.empty();
    var roomId = event.event().roomId();
    if (!(access.shared(origin, roomId) instanceof Outcome.Done<InboundAccess.Entry>))
      return Optional.empty();
    // State is open to all servers in the room; it is needed to judge other events.
    if (event.event().isState()) return Optional.of(event);
    return Optional.of(
        sees(origin, roomId, event)
            ? with(event, shown(origin, event.event()))
            : with(event, Redaction.redact(event.event())));
  }

  private boolean sees(ServerName origin, RoomId roomId, StoredEvent event) {
    return !visibility.visible(roomId, origin, List.of(event)).isEmpty();
  }

  private static StoredEvent with(StoredEvent event, Event shown) {
    return new StoredEvent(
        shown, event.position(), event.standing(), event.redactedBecause(), null);
  }

  private Event shown(ServerName origin, Event event) {
    return rooms
        .data(event.roomId())
        .map(data -> erasure.shownTo(origin, data.key(), event))
        .orElse(event);
  }

  Outcome<StateIds> stateIds(ServerName origin, RoomId roomId, EventId at) {
    return before(origin, roomId, at)
        .map(
            before ->
                new StateIds(
                    AuthChains.ids(before.data(), before.state()),
                    AuthChains.ids(before.data(), before.auth())));
  }

  Outcome<State> state(ServerName origin, RoomId roomId, EventId at) {
    return before(origin, roomId, at)
        .map(
            before ->
                new State(
                    AuthChains.json(before.data(), before.state()),
                    AuthChains.json(before.data(), before.auth())));
  }

  private record Before(RoomData data, Collection<Integer> state, Collection<Integer> auth) {}

  private Outcome<Before> before(ServerName origin, RoomId roomId, EventId at) {
    return access
        .sharedAt(origin, roomId, List.of(at))
        .then(
            entry -> {
              var event = rooms.placed(roomId, at).orElse(null);
              if (event == null) return Outcome.notFound("This server does not know the event.");
              var state = entry.data().entries(event.stateBefore()).values();
              return Outcome.done(
                  new Before(entry.data(), state, AuthChains.of(entry.data(), state)));
            });
  }

  Outcome<List<ObjectNode>> eventAuth(ServerName origin, RoomId roomId, EventId eventId) {
    return access
        .sharedAt(origin, roomId, List.of(eventId))
        .then(
            entry ->
                rooms
                    .inRoom(roomId, eventId)
                    .map(
                        event ->
                            Outcome.done(
                                AuthChains.json(
                                    entry.data(),
                                    AuthChains.of(entry.data(), List.of(event.ordinal())))))
                    .orElseGet(() -> Outcome.notFound("This server does not know the event.")));
  }

  Outcome<List<ObjectNode>> backfill(
      ServerName origin, RoomId roomId, Collection<EventId> from, int limit) {
    return access
        .shared(origin, roomId)
        .map(
            entry -> {
              var found = back(entry.data(), from, Set.of(), Math.min(limit, BACKFILLED), -1);
              return shown(origin, roomId, found);
            });
  }

  Outcome<List<ObjectNode>> missingEvents(
      ServerName origin,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth) {
    return access
        .sharedAt(origin, roomId, latest)
        .map(
            entry -> {
              var start = new HashSet<EventId>();
              for (var event : entry.data().eventsById(latest).values())
                start.addAll(event.event().prevEvents());
              var found =
                  back(
                      entry.data(),
                      start,
                      Set.copyOf(earliest),
                      Math.min(limit, MISSING),
                      minDepth);
              return shown(origin, roomId, found).reversed();
            });
  }

  /// Backwards over `prev_events`, deepest first.
  private static List<RoomEvent> back(
      RoomData data, Collection<EventId> from, Set<EventId> without, int limit, long minDepth) {
    var queue = new PriorityQueue<RoomEvent>(Comparator.comparing(PageTokens::before).reversed());
    var seen = new HashSet<>(without);
    enqueue(data, from, seen, queue);
    var found = new ArrayList<RoomEvent>();
    while (!queue.isEmpty() && found.size() < limit) {
      var event = queue.remove();
      if (event.event().depth() < minDepth) continue;
      if (!event.isRejected()) found.add(event);
      enqueue(data, event.event().prevEvents(), seen, queue);
    }
    return found;
  }

  private static void enqueue(
      RoomData data, Collection<EventId> ids, Set<EventId> seen, PriorityQueue<RoomEvent> queue) {
    var fresh = ids.stream().filter(seen::add).toList();
    for (var event : data.eventsById(fresh).values()) if (!event.isOutlier()) queue.add(event);
  }

  /// In the given order; what the server may not see is redacted.
  private List<ObjectNode> shown(ServerName origin, RoomId roomId, List<RoomEvent> events) {
    var stored = rooms.stored(events);
    Map<EventId, Boolean> visible = new HashMap<>();
    for (var event : visibility.visible(roomId, origin, stored))
      visible.put(event.event().eventId(), true);
    return stored.stream()
        .map(StoredEvent::event)
        .map(
            event ->
                visible.containsKey(event.eventId())
                    ? shown(origin, event)
                    : Redaction.redact(event))
        .map(Event::json)
        .toList();
  }

  Outcome<StoredEvent> timestampToEvent(
      ServerName origin, RoomId roomId, long timestampMs, Timeline.Direction direction) {
    return access
        .shared(origin, roomId)
        .then(
            entry -> {
              var near =
                  rooms.stored(
                      timelines.byTime(entry.data().key(), timestampMs, direction, NEAREST));
              return visibility.visible(roomId, origin, near).stream()
                  .findFirst()
                  .map(Outcome::done)
                  .orElseGet(() -> Outcome.notFound("There is no event near that time."));
            });
  }
}
