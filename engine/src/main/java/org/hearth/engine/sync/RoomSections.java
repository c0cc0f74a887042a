package org.hearth.engine.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.RoomEventFilter;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Timeline and state of one room between two positions.
final class RoomSections {
  /// Of a room that the client sees for the first time, where it does not say.
  private static final int FIRST_LIMIT = 10;

  private static final int MAX_LIMIT = 100;

  /// @param state before the timeline, or after it where that was asked for; filtered
  /// @param membersMoved whether anybody's membership changed, seen before filtering
  record Section(Timeline.Slice timeline, List<Event> state, boolean membersMoved) {

    /// The same, with a gap before it.
    Section limited() {
      return new Section(
          new Timeline.Slice(timeline.events(), true, timeline.prevBatch()), state, membersMoved);
    }

    Section withoutState() {
      return new Section(timeline, List.of(), membersMoved);
    }

    boolean empty() {
      return timeline.events().isEmpty() && state.isEmpty();
    }
  }

  private final Rooms rooms;
  private final Timeline timeline;
  private final ClientEvents clientEvents;
  private final LazyMembers lazyMembers = new LazyMembers();

  private final IgnoredUsers ignoredUsers;

  RoomSections(
      Rooms rooms, Timeline timeline, ClientEvents clientEvents, IgnoredUsers ignoredUsers) {
    this.ignoredUsers = ignoredUsers;
    this.rooms = rooms;
    this.timeline = timeline;
    this.clientEvents = clientEvents;
  }

  /// @param timelineFrom null for the newest of the timeline
  /// @param from null for the whole state
  Section section(
      Requester requester,
      RoomId roomId,
      SyncRequest request,
      @Nullable Long timelineFrom,
      @Nullable Long from,
      long upTo) {
    var filter = request.filter().room();
    var ignored = ignoredUsers.of(requester.userId());
    // A client that goes on gets all that came meanwhile: it may lose what lies before one of its
    // own messages when there is a gap.
    int unsaid = timelineFrom == null ? FIRST_LIMIT : MAX_LIMIT;
    int limit = Math.min(filter.timeline().limitOr(unsaid), MAX_LIMIT);
    var slice =
        timeline.since(
            roomId,
            requester.userId(),
            timelineFrom == null ? 0 : timelineFrom,
            upTo,
            limit,
            event ->
                filter.timeline().accepts(event)
                    && (event.stateKey().isPresent() || !ignored.contains(event.sender())));
    var end = request.stateAfter() ? rooms.stateAt(roomId, upTo) : stateBefore(roomId, slice, upTo);
    var changed = changed(roomId, end, from);
    boolean membersMoved =
        changed.keySet().stream().anyMatch(key -> key.type().equals(EventType.MEMBER))
            || slice.events().stream().anyMatch(e -> e.event().type().equals(EventType.MEMBER));
    if (from == null) lazyMembers.forget(requester, roomId);
    var keys = new LinkedHashSet<StateKey>();
    for (var key : changed.keySet()) {
      if (filter.state().acceptsType(key.type())
          && (!filter.state().lazyLoadMembers() || !key.type().equals(EventType.MEMBER)))
        keys.add(key);
    }
    var events = end.map(state -> new ArrayList<>(state.events(keys))).orElseGet(ArrayList::new);
    if (filter.state().lazyLoadMembers())
      events.addAll(lazyMembers(requester, roomId, slice, end, filter.state(), from == null));
    var inTimeline = new HashSet<EventId>();
    if (!request.stateAfter())
      slice.events().forEach(event -> inTimeline.add(event.event().eventId()));
    events.removeIf(
        event -> inTimeline.contains(event.eventId()) || !filter.state().accepts(event));
    return new Section(slice, events, membersMoved);
  }

  private Optional<Rooms.StateMap> stateBefore(RoomId roomId, Timeline.Slice slice, long upTo) {
    return slice.events().isEmpty()
        ? rooms.stateAt(roomId, upTo)
        : rooms
            .stateBefore(roomId, slice.events().getFirst().event().eventId())
            .or(() -> rooms.stateAt(roomId, upTo));
  }

  private Map<StateKey, EventId> changed(
      RoomId roomId, Optional<Rooms.StateMap> end, @Nullable Long from) {
    if (end.isEmpty()) return Map.of();
    if (from == null) return end.get().all();
    return rooms
        .stateAt(roomId, from)
        .map(start -> end.get().changedSince(start))
        .orElseGet(() -> end.get().all());
  }

  /// Members who sent something in the timeline, and at first the user's own.
  private List<Event> lazyMembers(
      Requester requester,
      RoomId roomId,
      Timeline.Slice slice,
      Optional<Rooms.StateMap> end,
      RoomEventFilter filter,
      boolean first) {
    if (end.isEmpty()) return List.of();
    Set<UserId> wanted = new LinkedHashSet<>();
    if (first) wanted.add(requester.userId());
    for (StoredEvent event : slice.events()) wanted.add(event.event().sender());
    var keys = new ArrayList<StateKey>();
    for (var user : wanted) {
      var key = StateKey.member(user);
      var present = end.get().get(key);
      if (present.isPresent()
          && (lazyMembers.need(requester, roomId, user, present.get())
              || filter.includeRedundantMembers())) keys.add(key);
    }
    return end.get().events(keys);
  }

  SyncAnswer.Timeline timeline(Section section, Requester requester, SyncRequest request) {
    return new SyncAnswer.Timeline(
        timelineEvents(section.timeline().events(), requester, request),
        section.timeline().limited(),
        section.timeline().prevBatch());
  }

  private List<ObjectNode> timelineEvents(
      List<StoredEvent> events, Requester requester, SyncRequest request) {
    if (request.filter().federationFormat())
      return events.stream().map(event -> event.event().json()).toList();
    return EventFields.keep(request.filter().eventFields(), clientEvents.render(events, requester));
  }

  List<ObjectNode> state(Collection<Event> state, Requester requester, SyncRequest request) {
    if (request.filter().federationFormat()) return state.stream().map(Event::json).toList();
    return EventFields.keep(
        request.filter().eventFields(),
        state.stream().map(event -> clientEvents.renderState(event, requester)).toList());
  }

  SyncAnswer.Events stripped(List<Event> state) {
    return new SyncAnswer.Events(state.stream().map(clientEvents::renderStripped).toList());
  }
}
