package org.hearth.engine.resolution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// An event graph of events that are all in memory, which it brings into order itself.
public final class LoadedEventGraph implements EventGraph {
  private static final int[] NONE = {};

  private final Event create;
  private final List<Event> events = new ArrayList<>();
  private final List<int[]> authEvents = new ArrayList<>();
  private final Map<EventId, Integer> ordinals = new HashMap<>();
  private final BitSet rejected = new BitSet();

  /// @param create the room's create event; it need not be among `loaded`
  /// @param loaded the events of the states and of their auth chains, in any order
  /// @param isRejected whether the event was rejected when judged by its own `auth_events`
  public LoadedEventGraph(Event create, Collection<Event> loaded, Predicate<Event> isRejected) {
    this.create = create;
    Map<EventId, Event> byId = new LinkedHashMap<>();
    for (Event event : loaded) byId.put(event.eventId(), event);
    byId.put(create.eventId(), create);
    for (Event event : byId.values()) addWithAuthChain(event, byId);
    for (int i = 0; i < events.size(); i++) rejected.set(i, isRejected.test(events.get(i)));
  }

  /// Depth first, parents before children. An ID that is a hash cannot be on a cycle; where IDs are
  /// chosen freely, an event that names its own descendant loses that edge.
  private void addWithAuthChain(Event start, Map<EventId, Event> byId) {
    Deque<Event> path = new ArrayDeque<>();
    Set<EventId> entered = new HashSet<>();
    path.push(start);
    while (!path.isEmpty()) {
      Event event = path.peek();
      if (ordinals.containsKey(event.eventId())) {
        path.pop();
      } else if (entered.add(event.eventId())) {
        for (EventId id : event.authEvents()) {
          Event parent = byId.get(id);
          if (parent != null && !ordinals.containsKey(id) && !entered.contains(id)) {
            path.push(parent);
          }
        }
      } else {
        add(path.pop());
      }
    }
  }

  private void add(Event event) {
    ordinals.put(event.eventId(), events.size());
    events.add(event);
    int[] parents =
        event.authEvents().stream()
            .filter(id -> ordinals.containsKey(id) && !id.equals(event.eventId()))
            .mapToInt(ordinals::get)
            .toArray();
    authEvents.add(parents.length == 0 ? NONE : parents);
  }

  /// @throws IllegalArgumentException if the event is not at hand
  public int ordinal(EventId id) {
    Integer ordinal = ordinals.get(id);
    if (ordinal == null) throw new IllegalArgumentException("Event " + id + " is not at hand");
    return ordinal;
  }

  @Override
  public int size() {
    return events.size();
  }

  @Override
  public int[] authEvents(int ordinal) {
    return authEvents.get(ordinal);
  }

  @Override
  public Event event(int ordinal) {
    return events.get(ordinal);
  }

  @Override
  public boolean isRejected(int ordinal) {
    return rejected.get(ordinal);
  }

  @Override
  public Event create() {
    return create;
  }
}
