package org.hearth.engine.room;

import static org.hearth.engine.room.PageTokens.after;
import static org.hearth.engine.room.PageTokens.before;
import static org.hearth.engine.room.PageTokens.token;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.hearth.engine.room.TimelineStore.Place;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// A room's events in order: /sync by position, pages in topological order (depth, then the order
/// of arrival). What its tokens are: [PageTokens].
final class RoomTimeline implements Timeline {
  /// Events of one request that are looked at for those that are visible and wanted.
  private static final int SCANNED = 2_000;

  /// How often one request asks other servers for more history, and how often without success.
  private static final int FILLS = 12;

  private static final int VAIN = 2;

  /// How many events before a /sync slice are compared to find where paging back must start.
  private static final int LATE = PageTokens.LATE;

  private final CommittedRooms rooms;
  private final TimelineStore store;
  private final HistoryVisibility visibility;
  private final History history;
  private final PageTokens tokens;
  private final NearestEvents nearest;

  /// Asks other servers for what is missing.
  @FunctionalInterface
  interface History {
    /// True if something new was stored.
    boolean fill(RoomData room, long minDepth);
  }

  RoomTimeline(
      CommittedRooms rooms,
      TimelineStore store,
      HistoryVisibility visibility,
      History history,
      NearestEvents nearest) {
    this.rooms = rooms;
    this.store = store;
    this.visibility = visibility;
    this.history = history;
    this.tokens = new PageTokens(store);
    this.nearest = nearest;
  }

  @Override
  public Slice since(
      RoomId roomId, UserId viewer, long after, long upTo, int limit, Predicate<Event> wanted) {
    var data = rooms.data(roomId).orElse(null);
    if (data == null) return new Slice(List.of(), false, token(Place.NEWEST));
    var found = new ArrayList<RoomEvent>();
    long until = upTo;
    int scanned = 0;
    List<RoomEvent> rows;
    int page = limit + LATE;
    boolean broken = false;
    do {
      rows = byPosition(data, after, until, page);
      int gap = gap(data, rows);
      broken = gap < rows.size();
      if (broken) rows = rows.subList(0, gap + 1);
      for (var event : visibility.visibleTo(data, viewer, rows))
        if (wanted.test(event.event())) found.add(event);
      scanned += rows.size();
      if (!rows.isEmpty()) until = rows.getLast().position() - 1;
    } while (!broken && found.size() <= limit && rows.size() == page && scanned < SCANNED);
    boolean limited = broken || found.size() > limit || rows.size() == page;
    var shown = new ArrayList<>(found.subList(0, Math.min(limit, found.size())));
    Collections.reverse(shown);
    var start = shown.isEmpty() ? upTo : shown.getFirst().position() - 1;
    var prevBatch = PageTokens.prevBatch(tokens.placeAt(data, start), upTo, start);
    return new Slice(rooms.stored(shown), limited, prevBatch);
  }

  /// The index of the first event, newest first, before which something is missing: a previous
  /// event that is not known here, or came later than it as history. What is older must be paged
  /// to, or clients would never see what lies between. The size if there is none.
  private int gap(RoomData data, List<RoomEvent> rows) {
    var present = new HashSet<EventId>();
    for (var row : rows) present.add(row.event().eventId());
    var others = new HashSet<EventId>();
    for (var row : rows) others.addAll(row.event().prevEvents());
    others.removeAll(present);
    var known = data.memory().events(others);
    for (int i = 0; i < rows.size(); i++) {
      for (var previous : rows.get(i).event().prevEvents()) {
        if (present.contains(previous)) continue;
        var before = known.get(previous);
        if (before == null || before.isOutlier() || before.isAccepted() && before.position() == 0)
          return i;
      }
    }
    return rows.size();
  }

  /// With `after < position <= upTo`, newest first.
  private List<RoomEvent> byPosition(RoomData data, long after, long upTo, int limit) {
    var recent = data.recent(after, upTo, limit);
    if (recent.isPresent()) return recent.get();
    long removals = data.memory().removals();
    return keep(data, store.byPosition(data.key(), after, upTo, limit), removals);
  }

  /// @param removals how many there were before the rows were read
  private static List<RoomEvent> keep(RoomData data, List<RoomEvent> rows, long removals) {
    return rows.stream().map(event -> data.memory().keep(event, removals)).toList();
  }

  @Override
  public Outcome<Page> messages(
      RoomId roomId,
      UserId viewer,
      @Nullable String from,
      @Nullable String to,
      Direction direction,
      int limit,
      Predicate<Event> wanted) {
    var data = rooms.data(roomId).orElse(null);
    // A room that is not known is answered like one that is closed to the viewer.
    if (data == null) return noAccess(roomId);
    if (visibility.access(roomId, viewer) instanceof Visibility.Access.None)
      return noAccess(roomId);
    var start = from == null ? Optional.of(edge(direction)) : tokens.place(data, from);
    var stop = to == null ? Optional.of(edge(opposite(direction))) : tokens.place(data, to);
    if (start.isEmpty() || stop.isEmpty())
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "This is not a token for paging.");
    long upTo =
        from == null || direction == Direction.FORWARDS ? PageTokens.ALL : PageTokens.upTo(from);
    return Outcome.done(
        page(new Request(data, viewer, direction, limit, wanted, upTo), start.get(), stop.get()));
  }

  private static <T> Outcome<T> noAccess(RoomId roomId) {
    return Outcome.forbidden("You are not in the room " + roomId + ", and never were.");
  }

  @Override
  public OptionalLong position(RoomId roomId, String token) {
    return tokens.position(rooms.data(roomId).orElse(null), token);
  }

  /// @param upTo events of later positions are left out
  private record Request(
      RoomData data,
      UserId viewer,
      Direction direction,
      int limit,
      Predicate<Event> wanted,
      long upTo) {
    boolean backwards() {
      return direction == Direction.BACKWARDS;
    }

    String token(Place place) {
      return PageTokens.page(place, upTo);
    }
  }

  private Page page(Request request, Place start, Place stop) {
    var found = new ArrayList<RoomEvent>();
    var at = start;
    int scanned = 0;
    int filled = 0;
    int vain = 0;
    while (true) {
      int size = request.limit() + LATE;
      long removals = request.data().memory().removals();
      var rows = store.byDepth(request.data().key(), at, request.direction(), size);
      // Where history has a gap, or ends, other servers may know more.
      if (request.backwards() && filled < FILLS && vain < VAIN) {
        long depth = rows.size() < size ? 0 : rows.getLast().event().depth();
        if (history.fill(request.data(), depth)) {
          filled++;
          continue;
        }
        vain++;
      }
      var inside = rows.stream().filter(event -> within(request, event, stop)).toList();
      var candidates = inside.stream().filter(e -> e.position() <= request.upTo()).toList();
      for (var event :
          visibility.visibleTo(
              request.data(), request.viewer(), keep(request.data(), candidates, removals))) {
        if (!request.wanted().test(event.event())) continue;
        found.add(event);
        if (found.size() == request.limit())
          return new Page(
              rooms.stored(found),
              request.token(start),
              request.token(beyond(request.direction(), event)));
      }
      if (inside.size() < size) {
        // The next request asks on where this one had to stop.
        boolean more = filled == FILLS && inside.size() == rows.size();
        var end = inside.isEmpty() ? at : beyond(request.direction(), inside.getLast());
        return new Page(
            rooms.stored(found), request.token(start), more ? request.token(end) : null);
      }
      at = beyond(request.direction(), inside.getLast());
      scanned += size;
      if (scanned >= SCANNED)
        return new Page(rooms.stored(found), request.token(start), request.token(at));
    }
  }

  private static boolean within(Request request, RoomEvent event, Place stop) {
    return request.backwards()
        ? before(event).compareTo(stop) >= 0
        : before(event).compareTo(stop) < 0;
  }

  @Override
  public Outcome<Context> context(
      RoomId roomId, UserId viewer, EventId eventId, int limit, Predicate<Event> wanted) {
    var data = rooms.data(roomId).orElse(null);
    var event = rooms.placed(roomId, eventId).filter(RoomEvent::isAccepted).orElse(null);
    if (data == null || event == null || !visibility.isOpen(data, viewer, event))
      return Outcome.notFound("There is no such event, or you may not see it.");
    var request = new Request(data, viewer, Direction.BACKWARDS, limit / 2, wanted, PageTokens.ALL);
    var earlier = around(request, before(event));
    var later =
        around(
            new Request(
                data, viewer, Direction.FORWARDS, limit - limit / 2, wanted, PageTokens.ALL),
            after(event));
    var last = later.events().isEmpty() ? event : placed(roomId, later);
    return Outcome.done(
        new Context(
            rooms.stored(event),
            earlier.events(),
            later.events(),
            earlier.end() == null ? token(Place.OLDEST) : earlier.end(),
            later.end() == null ? token(after(last)) : later.end(),
            new RoomState(data, last.stateAfter()).events()));
  }

  private RoomEvent placed(RoomId roomId, Page page) {
    return rooms.placed(roomId, page.events().getLast().event().eventId()).orElseThrow();
  }

  private Page around(Request request, Place start) {
    if (request.limit() == 0) return new Page(List.of(), token(start), token(start));
    return page(request, start, edge(opposite(request.direction())));
  }

  @Override
  public Optional<StoredEvent> nearest(
      RoomId roomId, UserId viewer, long timestampMs, Direction direction) {
    return nearest.nearest(roomId, viewer, timestampMs, direction);
  }

  @Override
  public List<Event> senders(RoomId roomId, List<StoredEvent> events) {
    var data = rooms.data(roomId).orElse(null);
    if (data == null) return List.of();
    var places = rooms.roomEvents(events.stream().map(event -> event.event().eventId()).toList());
    var members = new LinkedHashMap<UserId, Event>();
    // The last event of a sender decides.
    for (var event : events.reversed()) {
      var place = places.get(event.event().eventId());
      var sender = event.event().sender();
      if (place == null || place.isOutlier() || members.containsKey(sender)) continue;
      var member = data.state(place.stateAfter(), StateKey.member(sender));
      if (member != null) members.put(sender, member.event());
    }
    return List.copyOf(members.values());
  }

  private static Place beyond(Direction direction, RoomEvent event) {
    return direction == Direction.BACKWARDS ? before(event) : after(event);
  }

  private static Place edge(Direction direction) {
    return direction == Direction.BACKWARDS ? Place.NEWEST : Place.OLDEST;
  }

  private static Direction opposite(Direction direction) {
    return direction == Direction.BACKWARDS ? Direction.FORWARDS : Direction.BACKWARDS;
  }
}
