package org.hearth.simulator;

import java.util.ArrayDeque;
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
/// What lies before an event, the events of all servers say together. One of them may lack a link:
/// nobody hands on what he rejected, so that who comes later has the events on both sides of it.
final class Dag {
  private final Map<EventId, RoomEvent> events = new LinkedHashMap<>();
  private final Edges edges;

  /// The events that some server has in the graph, and what came before each of them.
  static final class Edges {
    private final Map<EventId, List<EventId>> before = new HashMap<>();
    private final Map<EventId, Set<EventId>> histories = new HashMap<>();

    private void add(RoomEvent event) {
      if (isPlaced(event)) before.put(event.event().eventId(), event.event().prevEvents());
    }

    private Set<EventId> history(EventId id) {
      var known = histories.get(id);
      if (known != null) return known;
      var found = new LinkedHashSet<EventId>();
      var open = new ArrayDeque<EventId>();
      open.add(id);
      while (!open.isEmpty()) {
        var next = open.remove();
        var prev = before.get(next);
        if (prev != null && found.add(next)) open.addAll(prev);
      }
      histories.put(id, found);
      return found;
    }
  }

  /// @param edges of all servers, to which those of this one are added
  Dag(List<RoomEvent> events, Edges edges) {
    this.edges = edges;
    for (var event : events) {
      this.events.put(event.event().eventId(), event);
      edges.add(event);
    }
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

  /// The event and all that lies before it, as far as any server knows it. To be asked once all
  /// servers are told of.
  Set<EventId> history(EventId id) {
    return edges.history(id);
  }
}
