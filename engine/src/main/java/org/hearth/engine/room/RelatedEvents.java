package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.room.TimelineStore.Place;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [Relationships between
/// events](https://spec.matrix.org/v1.19/client-server-api/#forming-relationships-between-events):
/// their pages, and the threads of a room.
public final class RelatedEvents {
  /// How deep relations of relations are followed.
  public static final int RECURSION_DEPTH = 3;

  /// Relations that one request looks at.
  private static final int SCANNED = 5_000;

  private final CommittedRooms rooms;
  private final TimelineStore store;
  private final HistoryVisibility visibility;
  private final PageTokens tokens;

  RelatedEvents(CommittedRooms rooms, TimelineStore store, HistoryVisibility visibility) {
    this.rooms = rooms;
    this.store = store;
    this.visibility = visibility;
    this.tokens = new PageTokens(store);
  }

  /// What to look for.
  ///
  /// @param relationType null for all
  /// @param eventType null for all
  /// @param recurse also relations of related events, three deep
  public record Wanted(
      EventId target, @Nullable String relationType, @Nullable String eventType, boolean recurse) {}

  ///
  /// [Relations](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventid),
  /// in the order of /messages: newest first when going backwards. "Can be a `next_batch` or
  /// `prev_batch` token from a previous call, or a returned `start` token from `/messages`, or a
  /// `next_batch` token from `/sync`."
  public Outcome<Timeline.Page> relations(
      RoomId roomId,
      UserId viewer,
      Wanted wanted,
      @Nullable String from,
      @Nullable String to,
      Timeline.Direction direction,
      int limit) {
    var data = rooms.data(roomId).orElse(null);
    var target = rooms.placed(roomId, wanted.target()).orElse(null);
    if (data == null
        || target == null
        || visibility.visibleTo(data, viewer, List.of(target)).isEmpty())
      return Outcome.notFound("There is no such event, or you may not see it.");
    boolean backwards = direction == Timeline.Direction.BACKWARDS;
    var oldest = Optional.of(Place.OLDEST);
    var newest = Optional.of(Place.NEWEST);
    var start = from == null ? backwards ? newest : oldest : tokens.place(data, from);
    var stop = to == null ? backwards ? oldest : newest : tokens.place(data, to);
    if (start.isEmpty() || stop.isEmpty())
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "This is not a token for paging.");
    var lower = backwards ? stop.get() : start.get();
    var upper = backwards ? start.get() : stop.get();
    var order = Comparator.comparing(PageTokens::before);
    var page = new ArrayList<RoomEvent>();
    var candidates =
        visibility.visibleTo(data, viewer, related(data, wanted)).stream()
            .filter(
                event ->
                    wanted.eventType() == null || event.event().type().equals(wanted.eventType()))
            .filter(
                event ->
                    PageTokens.before(event).compareTo(lower) >= 0
                        && PageTokens.before(event).compareTo(upper) < 0)
            .sorted(backwards ? order.reversed() : order)
            .toList();
    for (var event : candidates) {
      if (page.size() == limit) break;
      page.add(event);
    }
    var end =
        page.size() < candidates.size()
            ? PageTokens.token(
                backwards ? PageTokens.before(page.getLast()) : PageTokens.after(page.getLast()))
            : null;
    return Outcome.done(new Timeline.Page(rooms.stored(page), PageTokens.token(start.get()), end));
  }

  private List<RoomEvent> related(RoomData data, Wanted wanted) {
    var found = new HashMap<Integer, RoomEvent>();
    Collection<EventId> targets = List.of(wanted.target());
    for (int depth = 0;
        depth < (wanted.recurse() ? RECURSION_DEPTH : 1) && !targets.isEmpty();
        depth++) {
      var next = new ArrayList<EventId>();
      boolean first = depth == 0;
      var ordinals =
          store.relations(data.key(), targets, SCANNED).stream()
              .filter(
                  related ->
                      !first
                          || wanted.relationType() == null
                          || related.type().equals(wanted.relationType()))
              .map(TimelineStore.Related::ordinal)
              .toList();
      for (var event : data.events(ordinals).values())
        if (counts(event) && found.put(event.ordinal(), event) == null)
          next.add(event.event().eventId());
      targets = next;
    }
    return List.copyOf(found.values());
  }

  private static boolean counts(RoomEvent event) {
    return event.isAccepted() && event.redactedBy() == 0;
  }

  ///
  /// [Threads](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidthreads)
  /// by their latest event, newest first; answers the roots.
  ///
  /// @param participatedOnly only threads that the viewer wrote to
  public Outcome<Timeline.Page> threads(
      RoomId roomId, UserId viewer, boolean participatedOnly, @Nullable String from, int limit) {
    var data = rooms.data(roomId).orElse(null);
    if (data == null || visibility.access(roomId, viewer) instanceof Visibility.Access.None)
      return Outcome.forbidden("You are not in the room.");
    var before = from == null ? Optional.of(Integer.MAX_VALUE) : ordinal(data, from);
    if (before.isEmpty())
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "This is not a token for paging.");
    var roots = new ArrayList<RoomEvent>();
    int last = before.get();
    for (var thread : store.latestRelations(data.key(), "m.thread", before.get(), SCANNED)) {
      if (roots.size() == limit)
        return Outcome.done(
            new Timeline.Page(rooms.stored(roots), token(before.get()), token(last)));
      last = thread.ordinal();
      rooms
          .placed(roomId, thread.target())
          .filter(RoomEvent::isAccepted)
          .filter(root -> !visibility.visibleTo(data, viewer, List.of(root)).isEmpty())
          .filter(root -> !participatedOnly || participated(data, root, viewer))
          .ifPresent(roots::add);
    }
    return Outcome.done(new Timeline.Page(rooms.stored(roots), token(before.get()), null));
  }

  private boolean participated(RoomData data, RoomEvent root, UserId viewer) {
    return root.event().sender().equals(viewer)
        || bundled(data, List.of(root.event().eventId()), "m.thread").values().stream()
            .flatMap(List::stream)
            .anyMatch(event -> event.event().sender().equals(viewer));
  }

  /// Related events of one type by their target, oldest first; redacted ones do not count.
  Map<EventId, List<RoomEvent>> bundled(
      RoomData data, Collection<EventId> targets, String relationType) {
    var relations =
        store.relations(data.key(), targets, SCANNED).stream()
            .filter(related -> related.type().equals(relationType))
            .toList();
    return byTarget(data, relations);
  }

  /// All related events of the targets, by target and relation type.
  Map<EventId, Map<String, List<RoomEvent>>> all(RoomData data, Collection<EventId> targets) {
    var byType = new HashMap<String, List<TimelineStore.Related>>();
    for (var related : store.relations(data.key(), targets, SCANNED))
      byType.computeIfAbsent(related.type(), _ -> new ArrayList<>()).add(related);
    var all = new HashMap<EventId, Map<String, List<RoomEvent>>>();
    byType.forEach(
        (type, relations) ->
            byTarget(data, relations)
                .forEach(
                    (target, events) ->
                        all.computeIfAbsent(target, _ -> new HashMap<>()).put(type, events)));
    return all;
  }

  private static Map<EventId, List<RoomEvent>> byTarget(
      RoomData data, List<TimelineStore.Related> relations) {
    var events = data.events(relations.stream().map(TimelineStore.Related::ordinal).toList());
    var found = new HashMap<EventId, List<RoomEvent>>();
    for (var related : relations) {
      var event = events.get(related.ordinal());
      if (event != null && counts(event))
        found.computeIfAbsent(related.target(), _ -> new ArrayList<>()).add(event);
    }
    return found;
  }

  private static String token(int ordinal) {
    return "r_" + ordinal;
  }

  /// Of a page of threads, which are in the order of their latest event's arrival; or any other.
  private Optional<Integer> ordinal(RoomData data, String token) {
    if (!token.startsWith("r_")) return tokens.arrival(data, token);
    try {
      return Optional.of(Integer.parseInt(token.substring(2)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
