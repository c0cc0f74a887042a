package org.hearth.engine.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.hearth.engine.Requester;
import org.hearth.engine.filter.RoomEventFilter;
import org.hearth.engine.memory.MemoryBudget;
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
  private final LazyMembers lazyMembers;

  private final IgnoredUsers ignoredUsers;

  RoomSections(
      Rooms rooms,
      Timeline timeline,
      ClientEvents clientEvents,
      IgnoredUsers ignoredUsers,
      MemoryBudget budget) {
    this.lazyMembers = new LazyMembers(budget);
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
    if (from == null) lazyMembers.forget(requester, roomId);
    var state = state(requester, roomId, request, slice, from, upTo);
    boolean membersMoved =
        state.membersMoved()
            || slice.events().stream().anyMatch(e -> e.event().type().equals(EventType.MEMBER));
    return new Section(slice, state.events(), membersMoved);
  }

  private record SectionState(List<Event> events, boolean membersMoved) {}

  /// "Updates to the state, between the time indicated by the `since` parameter, and the start of
  /// the timeline". A client goes on from there with the state events of the timeline; so what the
  /// timeline does not show (because the client's filter leaves it out, or because the state was
  /// resolved between two branches) is given as it is at the end.
  private SectionState state(
      Requester requester,
      RoomId roomId,
      SyncRequest request,
      Timeline.Slice slice,
      @Nullable Long from,
      long upTo) {
    var filter = request.filter().room().state();
    var before = from == null ? Optional.<Rooms.StateMap>empty() : rooms.stateAt(roomId, from);
    var end = rooms.stateAt(roomId, upTo);
    var changed = end.map(state -> changed(state, before)).orElseGet(Set::of);
    boolean membersMoved = changed.stream().anyMatch(key -> key.type().equals(EventType.MEMBER));
    var shown = request.stateAfter() ? Set.<StateKey>of() : stateKeys(slice);
    var start = shown.isEmpty() ? end : stateBefore(roomId, slice).or(() -> end);

    // Lazy loading leaves out members whom the client never heard of; a change of one that it may
    // have, and that the timeline does not show, it must learn.
    boolean someMembers = filter.lazyLoadMembers() && from == null;
    Predicate<StateKey> wanted =
        key ->
            filter.acceptsType(key.type()) && !(someMembers && key.type().equals(EventType.MEMBER));
    Predicate<StateKey> isShown = shown::contains;
    var events = new LinkedHashMap<EventId, Event>();
    add(events, end, changed, wanted.and(isShown.negate()));
    add(events, start, shown, wanted.and(key -> differs(key, start, before)));
    if (filter.lazyLoadMembers()) {
      var senders = new LinkedHashMap<EventId, Event>();
      var keys = senders(requester, slice, from == null);
      add(senders, end, keys, isShown.negate());
      add(senders, start, keys, isShown);
      senders.values().removeIf(sender -> has(requester, sender, filter));
      events.putAll(senders);
    }
    if (!request.stateAfter())
      slice.events().forEach(event -> events.remove(event.event().eventId()));
    events.values().removeIf(event -> !filter.accepts(event));
    if (filter.lazyLoadMembers()) {
      events.values().forEach(event -> sent(requester, event));
      if (!request.stateAfter()) slice.events().forEach(event -> sent(requester, event.event()));
    }
    return new SectionState(List.copyOf(events.values()), membersMoved);
  }

  private boolean has(Requester requester, Event member, RoomEventFilter filter) {
    return !filter.includeRedundantMembers() && lazyMembers.has(requester, member);
  }

  private void sent(Requester requester, Event event) {
    if (event.type().equals(EventType.MEMBER)) lazyMembers.sent(requester, event);
  }

  private static Set<StateKey> stateKeys(Timeline.Slice slice) {
    var keys = new HashSet<StateKey>();
    for (var event : slice.events())
      event.event().stateKey().ifPresent(key -> keys.add(new StateKey(event.event().type(), key)));
    return keys;
  }

  private static Set<StateKey> changed(Rooms.StateMap end, Optional<Rooms.StateMap> before) {
    return before.map(end::changedSince).orElseGet(end::all).keySet();
  }

  private static boolean differs(
      StateKey key, Optional<Rooms.StateMap> state, Optional<Rooms.StateMap> before) {
    return !state.flatMap(map -> map.get(key)).equals(before.flatMap(map -> map.get(key)));
  }

  private static void add(
      Map<EventId, Event> events,
      Optional<Rooms.StateMap> state,
      Collection<StateKey> keys,
      Predicate<StateKey> wanted) {
    var chosen = keys.stream().filter(wanted).sorted().toList();
    if (state.isEmpty() || chosen.isEmpty()) return;
    state.get().events(chosen).forEach(event -> events.put(event.eventId(), event));
  }

  private Optional<Rooms.StateMap> stateBefore(RoomId roomId, Timeline.Slice slice) {
    return rooms.stateBefore(roomId, slice.events().getFirst().event().eventId());
  }

  /// Members who sent something in the timeline, and at first the user's own.
  private static List<StateKey> senders(Requester requester, Timeline.Slice slice, boolean first) {
    Set<UserId> wanted = new LinkedHashSet<>();
    if (first) wanted.add(requester.userId());
    for (StoredEvent event : slice.events()) wanted.add(event.event().sender());
    return wanted.stream().map(StateKey::member).toList();
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
