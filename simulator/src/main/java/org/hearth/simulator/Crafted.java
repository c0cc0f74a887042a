package org.hearth.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// What the hostile server made up beside its engine, and what it will tell of it when asked.
final class Crafted {
  static final Crafted NOTHING = new Crafted();

  private final Map<EventId, Event> events = new LinkedHashMap<>();

  /// Never to be accepted by anybody.
  private final Set<EventId> forged = new LinkedHashSet<>();

  /// Not given away when asked for.
  private final Set<EventId> withheld = new LinkedHashSet<>();

  void add(Event event, boolean withhold) {
    events.put(event.eventId(), event);
    if (withhold) withheld.add(event.eventId());
  }

  void addForged(EventId id) {
    forged.add(id);
  }

  Set<EventId> forged() {
    return forged;
  }

  boolean knows(EventId id) {
    return events.containsKey(id) || forged.contains(id);
  }

  @Nullable ObjectNode event(EventId id) {
    var event = events.get(id);
    return event == null || withheld.contains(id) ? null : event.json();
  }

  /// Crafted ones that lead to the given crafted ones; empty if those are not crafted.
  List<ObjectNode> before(Collection<EventId> latest) {
    return closure(latest, true);
  }

  List<ObjectNode> authOf(EventId id) {
    return closure(List.of(id), false);
  }

  /// Everything of a room that is given away, in the order in which it was made.
  List<ObjectNode> told(RoomId room) {
    return events.values().stream()
        .filter(event -> event.roomId().equals(room) && !withheld.contains(event.eventId()))
        .map(Event::json)
        .toList();
  }

  private List<ObjectNode> closure(Collection<EventId> from, boolean previous) {
    var found = new LinkedHashSet<EventId>();
    var open = new ArrayList<>(from);
    while (!open.isEmpty()) {
      var event = events.get(open.removeLast());
      if (event == null) continue;
      for (var id : previous ? event.prevEvents() : event.authEvents())
        if (events.containsKey(id) && !withheld.contains(id) && found.add(id)) open.add(id);
    }
    return found.stream().map(events::get).map(Event::json).toList();
  }
}
