package org.hearth.engine.room;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.hearth.engine.resolution.EventGraph;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// A room's auth graph, read in windows of ordinals without the events themselves; events are
/// loaded when a resolution looks into them. Lives for one resolution or one walk.
final class RoomGraph implements EventGraph {
  private static final int WINDOW = 1024;
  private static final int[] NONE = {};

  private final RoomData data;
  private final Event create;
  private final int size;
  private final Map<Integer, RoomStore.EventLink> links = new HashMap<>();
  private final Map<EventId, Integer> ordinals = new HashMap<>();
  private final BitSet windows = new BitSet();

  /// @param largest the largest ordinal that will be asked for
  RoomGraph(RoomData data, Event create, int largest) {
    this.data = data;
    this.create = create;
    this.size = largest + 1;
  }

  @Override
  public int ordinal(EventId id) {
    var known = ordinals.get(id);
    if (known != null) return known;
    var event = data.eventById(id);
    if (event == null) throw new IllegalArgumentException("Event " + id + " is not at hand");
    return event.ordinal();
  }

  EventId id(int ordinal) {
    return link(ordinal).id();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] authEvents(int ordinal) {
    var auth = link(ordinal).auth();
    return auth.isEmpty() ? NONE : auth.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public Event event(int ordinal) {
    return data.event(ordinal).event();
  }

  @Override
  public boolean isRejected(int ordinal) {
    return link(ordinal).rejected();
  }

  @Override
  public Event create() {
    return create;
  }

  private RoomStore.EventLink link(int ordinal) {
    var known = links.get(ordinal);
    if (known != null) return known;
    int window = ordinal / WINDOW;
    if (!windows.get(window)) {
      windows.set(window);
      data.memory()
          .store()
          .links(data.key(), window * WINDOW, (window + 1) * WINDOW)
          .forEach(this::keep);
      known = links.get(ordinal);
      if (known != null) return known;
    }
    // Not durable yet.
    return keep(RoomStore.EventLink.of(data.event(ordinal)));
  }

  private RoomStore.EventLink keep(RoomStore.EventLink link) {
    links.put(link.ordinal(), link);
    ordinals.put(link.id(), link.ordinal());
    return link;
  }

  /// The events and everything that their `auth_events` lead to.
  BitSet closure(Collection<Integer> events) {
    var closed = new BitSet();
    events.forEach(closed::set);
    for (int at = closed.length() - 1; at >= 0; at = closed.previousSetBit(at - 1))
      Arrays.stream(authEvents(at)).forEach(closed::set);
    return closed;
  }
}
