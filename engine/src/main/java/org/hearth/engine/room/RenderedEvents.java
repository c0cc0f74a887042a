package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hearth.engine.Requester;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// Events for clients.
final class RenderedEvents implements ClientEvents {
  private static final Set<String> SHOWN =
      Set.of("type", "state_key", "sender", "content", "origin_server_ts", "redacts");

  private final CommittedRooms rooms;
  private final HistoryVisibility visibility;
  private final RelatedEvents related;
  private final Erasure erasure;
  private final InstantSource clock;

  RenderedEvents(
      CommittedRooms rooms,
      HistoryVisibility visibility,
      RelatedEvents related,
      Erasure erasure,
      InstantSource clock) {
    this.rooms = rooms;
    this.visibility = visibility;
    this.related = related;
    this.erasure = erasure;
    this.clock = clock;
  }

  @Override
  public List<ObjectNode> render(List<StoredEvent> events, Requester viewer) {
    var relations = relations(events, viewer);
    var rendered = new ArrayList<ObjectNode>(events.size());
    var places = places(events.stream().map(StoredEvent::event).toList());
    for (var event : events) {
      var place = places.get(event.event().eventId());
      rendered.add(render(event, place, viewer, relations.get(event.event().eventId())));
    }
    return rendered;
  }

  private Map<EventId, RoomEvent> places(List<Event> events) {
    return rooms.roomEvents(events.stream().map(Event::eventId).toList());
  }

  @Override
  public ObjectNode renderState(Event event, Requester viewer) {
    var place = places(List.of(event)).get(event.eventId());
    if (place == null) return bare(event);
    return render(rooms.stored(place), place, viewer, null);
  }

  @Override
  public ObjectNode renderStripped(Event event) {
    var stripped = Json.object();
    stripped.put("type", event.type());
    stripped.put("state_key", event.stateKey().orElse(""));
    stripped.put("sender", event.sender().value());
    stripped.set("content", event.content());
    return stripped;
  }

  private ObjectNode render(
      StoredEvent stored,
      @Nullable RoomEvent place,
      Requester viewer,
      @Nullable ObjectNode relations) {
    var shown =
        place == null
            ? stored.event()
            : erasure.shownTo(viewer.userId(), place.room(), stored.event());
    var rendered = bare(shown);
    var unsigned = rendered.putObject("unsigned");
    unsigned.put("age", Math.max(0, clock.millis() - stored.event().originServerTs()));
    var transaction = stored.transactionId();
    if (transaction != null
        && transaction.userId().equals(viewer.userId())
        && transaction.deviceId().equals(viewer.deviceId()))
      unsigned.put("transaction_id", transaction.id());
    if (stored.redactedBecause() != null)
      unsigned.set("redacted_because", bare(stored.redactedBecause()));
    if (place != null && !place.isOutlier()) surroundings(place, viewer, unsigned);
    if (relations != null && !relations.isEmpty()) unsigned.set("m.relations", relations);
    return rendered;
  }

  private void surroundings(RoomEvent place, Requester viewer, ObjectNode unsigned) {
    var data = rooms.data(place.room().id()).orElse(null);
    if (data == null) return;
    unsigned.put("membership", visibility.membershipAt(data, place, viewer.userId()));
    if (!place.event().isState()) return;
    var replaced = data.state(place.stateBefore(), place.event().stateKeyPair());
    if (replaced == null || replaced.ordinal() == place.ordinal()) return;
    unsigned.put("replaces_state", replaced.event().eventId().value());
    unsigned.set(
        "prev_content", erasure.shownTo(viewer.userId(), place.room(), replaced.event()).content());
    unsigned.put("prev_sender", replaced.event().sender().value());
  }

  /// The fields of a client event, without `unsigned`.
  private static ObjectNode bare(Event event) {
    var shown = Json.object();
    for (var field : event.json().properties())
      if (SHOWN.contains(field.getKey())) shown.set(field.getKey(), field.getValue());
    shown.put("event_id", event.eventId().value());
    shown.put("room_id", event.roomId().value());
    // "For backwards-compatibility with older clients", in both places.
    event
        .redacts()
        .ifPresent(
            target -> {
              shown.put("redacts", target.value());
              if (event.content().has("redacts")) return;
              shown.set("content", event.content().deepCopy().put("redacts", target.value()));
            });
    return shown;
  }

  // Bundled aggregations.

  private Map<EventId, ObjectNode> relations(List<StoredEvent> events, Requester viewer) {
    var byRoom = new HashMap<RoomId, List<Event>>();
    for (var event : events)
      if (event.redactedBecause() == null
          && !event.event().isState()
          && !rooms.nothingRelatesTo(event))
        byRoom.computeIfAbsent(event.event().roomId(), _ -> new ArrayList<>()).add(event.event());
    var bundles = new HashMap<EventId, ObjectNode>();
    byRoom.forEach(
        (room, targets) ->
            rooms.data(room).ifPresent(data -> bundle(data, targets, viewer, bundles)));
    return bundles;
  }

  private void bundle(
      RoomData data, List<Event> targets, Requester viewer, Map<EventId, ObjectNode> bundles) {
    var all = related.all(data, targets.stream().map(Event::eventId).toList());
    for (var target : targets) {
      var byType = all.get(target.eventId());
      if (byType == null) continue;
      var bundle = Json.object();
      replacement(target, visible(data, viewer, byType.get("m.replace")))
          .forEach(event -> bundle.set("m.replace", plain(event, viewer)));
      var references = visible(data, viewer, byType.get("m.reference"));
      if (!references.isEmpty()) {
        var chunk = bundle.putObject("m.reference").putArray("chunk");
        for (var event : references)
          chunk.addObject().put("event_id", event.event().eventId().value());
      }
      thread(data, target, visible(data, viewer, byType.get("m.thread")), viewer, bundle);
      bundles.put(target.eventId(), bundle);
    }
  }

  private List<RoomEvent> visible(
      RoomData data, Requester viewer, @Nullable List<RoomEvent> events) {
    return events == null ? List.of() : visibility.visibleTo(data, viewer.userId(), events);
  }

  private ObjectNode plain(RoomEvent event, Requester viewer) {
    return render(rooms.stored(event), event, viewer, null);
  }

  /// "The most recent replacement event", of the same sender and type; at most one.
  private static Collection<RoomEvent> replacement(Event target, List<RoomEvent> candidates) {
    if ("m.replace".equals(target.content().path("m.relates_to").path("rel_type").textValue()))
      return List.of();
    return candidates.stream()
        .filter(event -> event.event().sender().equals(target.sender()))
        .filter(event -> event.event().type().equals(target.type()))
        .filter(
            event ->
                target.type().equals(EventType.ENCRYPTED)
                    || event.event().content().has("m.new_content"))
        .max(
            Comparator.comparingLong((RoomEvent event) -> event.event().originServerTs())
                .thenComparing(event -> event.event().eventId()))
        .map(List::of)
        .orElse(List.of());
  }

  private void thread(
      RoomData data, Event root, List<RoomEvent> events, Requester viewer, ObjectNode bundle) {
    if (events.isEmpty()) return;
    var latest =
        Objects.requireNonNull(
            events.stream().max(Comparator.comparing(PageTokens::before)).orElse(null));
    var thread = bundle.putObject("m.thread");
    var rendered = plain(latest, viewer);
    var edits =
        visible(
            data,
            viewer,
            related
                .bundled(data, List.of(latest.event().eventId()), "m.replace")
                .get(latest.event().eventId()));
    replacement(latest.event(), edits)
        .forEach(
            edit ->
                rendered
                    .withObjectProperty("unsigned")
                    .withObjectProperty("m.relations")
                    .set("m.replace", plain(edit, viewer)));
    thread.set("latest_event", rendered);
    thread.put("count", events.size());
    thread.put(
        "current_user_participated",
        root.sender().equals(viewer.userId())
            || events.stream().anyMatch(event -> event.event().sender().equals(viewer.userId())));
  }
}
