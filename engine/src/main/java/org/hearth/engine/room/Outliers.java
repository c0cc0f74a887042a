package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.ledger.Lane;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;

/// Stores events whose place in the DAG is not known: auth events, and the events of a state that
/// another server gave. Each is judged by its own auth events.
final class Outliers {
  /// Events in one entry, so that a large join delays nobody.
  private static final int SLICE = 200;

  private Outliers() {}

  /// Waits until they are durable. Events whose auth events are neither known nor among `events`
  /// are left out.
  ///
  /// @param events that passed checks 1 to 3, in any order
  static void store(RoomWriter writer, Collection<Event> events, Lane lane) {
    var wanted = new LinkedHashMap<EventId, Event>();
    for (var event : events)
      if (event.roomId().equals(writer.key().id())) wanted.put(event.eventId(), event);
    wanted.keySet().removeAll(writer.data().eventsById(wanted.keySet()).keySet());
    var ordered = parentsFirst(wanted);
    for (int from = 0; from < ordered.size(); from += SLICE) {
      var slice = ordered.subList(from, Math.min(from + SLICE, ordered.size()));
      var queued =
          writer.write(
              lane,
              entry -> {
                for (var event : slice) add(entry, event);
                return Outcome.done(true);
              });
      if (queued instanceof Outcome.Done<RoomWriter.Queued<Boolean>>(var done)) done.await();
    }
  }

  private static void add(RoomEntry entry, Event event) {
    var data = entry.data();
    if (data.eventById(event.eventId()) != null) return;
    var auth = data.eventsById(event.authEvents());
    if (auth.size() < new TreeSet<>(event.authEvents()).size()) return;
    var verdict = AuthEventsCheck.check(event, auth, Receipt.create(data, event));
    if (event.isState()) entry.keyOrdinal(event.stateKeyPair());
    entry.append(
        new Arrival(
            event,
            Entrance.OUTLIER,
            verdict.isAllowed() ? Standing.OUTLIER : Standing.REJECTED,
            Receipt.rule(verdict),
            0,
            auth.values().stream().map(RoomEvent::ordinal).sorted().toList(),
            null,
            0,
            null,
            List.of(),
            null,
            false,
            false));
  }

  /// So that auth events are known, and have lower ordinals, when those they authorise are added.
  static List<Event> parentsFirst(Map<EventId, Event> events) {
    var ordered = new ArrayList<Event>(events.size());
    var done = new HashSet<EventId>();
    // Every event needs the create event, also where it does not name it.
    for (var event : events.values())
      if (event.isState(StateKey.CREATE)) visit(event, events, done, ordered);
    for (var event : events.values()) visit(event, events, done, ordered);
    return ordered;
  }

  /// Depth first with a stack of its own, since chains may be long.
  private static void visit(
      Event start, Map<EventId, Event> events, Set<EventId> done, List<Event> ordered) {
    var path = new ArrayList<Event>();
    var entered = new HashSet<EventId>();
    path.add(start);
    while (!path.isEmpty()) {
      var event = path.getLast();
      if (done.contains(event.eventId())) {
        path.removeLast();
      } else if (entered.add(event.eventId())) {
        for (var id : event.authEvents()) {
          var parent = events.get(id);
          if (parent != null && !done.contains(id) && !entered.contains(id)) path.add(parent);
        }
      } else {
        done.add(event.eventId());
        ordered.add(event);
        path.removeLast();
      }
    }
  }
}
