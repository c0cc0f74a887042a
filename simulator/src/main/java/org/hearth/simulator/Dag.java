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
final class Dag {
  private final Map<EventId, RoomEvent> events = new LinkedHashMap<>();
  private final Map<EventId, Set<EventId>> ancestors = new HashMap<>();

  Dag(List<RoomEvent> events) {
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

  /// The event and all that lies before it, as far as it is known here.
  Set<EventId> history(EventId id) {
    var known = ancestors.get(id);
    if (known != null) return known;
    var found = new LinkedHashSet<EventId>();
    var open = new ArrayDeque<EventId>();
    open.add(id);
    while (!open.isEmpty()) {
      var next = open.remove();
      var event = events.get(next);
      if (!isPlaced(event) || event == null || !found.add(next)) continue;
      open.addAll(event.event().prevEvents());
    }
    ancestors.put(id, found);
    return found;
  }
}
