package org.hearth.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// A room's events as one server has them, with nothing but the edges that the events name: what
/// the engine computed is not asked.
///
/// What lies before an event, the events of several servers say together. One of them may lack a
/// link: nobody hands on what he rejected, so that who comes later has the events on both sides of
/// it.
final class Dag {
  private final Map<EventId, RoomEvent> events = new LinkedHashMap<>();
  private final Edges edges;

  /// What came before each event, as several servers know it together.
  static final class Edges {
    private final Map<EventId, List<EventId>> before = new HashMap<>();
    private final Map<EventId, List<EventId>> named = new HashMap<>();
    private final Map<EventId, Set<EventId>> histories = new HashMap<>();

    void add(Collection<RoomEvent> events) {
      for (var event : events) {
        var id = event.event().eventId();
        if (isPlaced(event)) before.put(id, event.event().prevEvents());
        var all = new ArrayList<>(event.event().prevEvents());
        all.addAll(event.event().authEvents());
        named.put(id, all);
      }
    }

    /// The event and all that lies before it, as far as one of the servers has it in the graph.
    Set<EventId> history(EventId id) {
      return histories.computeIfAbsent(id, _ -> closure(id, before));
    }

    /// The event and all that it or its past names, as predecessor or as what authorises it: that
    /// came before, also where nobody has it in the graph.
    Set<EventId> past(EventId id) {
      return closure(id, named);
    }

    private static Set<EventId> closure(EventId id, Map<EventId, List<EventId>> edges) {
      var found = new LinkedHashSet<EventId>();
      var open = new ArrayDeque<EventId>();
      open.add(id);
      while (!open.isEmpty()) {
        var next = open.remove();
        var more = edges.get(next);
        if (more != null && found.add(next)) open.addAll(more);
      }
      return found;
    }
  }

  Dag(List<RoomEvent> events, Edges edges) {
    this.edges = edges;
    for (var event : events) this.events.put(event.event().eventId(), event);
  }

  Collection<RoomEvent> all() {
    return events.values();
  }

  @Nullable RoomEvent get(EventId id) {
    return events.get(id);
  }

  @Nullable Event event(EventId id) {
    var found = events.get(id);
    return found == null ? null : found.event();
  }

  /// Known with its place in the graph.
  static boolean isPlaced(@Nullable RoomEvent event) {
    if (event == null || event.standing() == Standing.OUTLIER) return false;
    return event.standing() != Standing.REJECTED
        || event.stateBefore() != 0
        || event.event().prevEvents().isEmpty();
  }

  /// See [Edges#history]. To be asked once all servers are told of.
  Set<EventId> history(EventId id) {
    return edges.history(id);
  }

  /// See [Edges#past].
  Set<EventId> past(EventId id) {
    return edges.past(id);
  }
}
