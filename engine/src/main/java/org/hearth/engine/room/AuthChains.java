package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// Auth chains: everything that `auth_events` lead to.
final class AuthChains {
  private AuthChains() {}

  /// Ordinals of the chain of the given events, without the events themselves unless others of them
  /// lead there.
  static List<Integer> of(RoomData data, Collection<Integer> events) {
    if (events.isEmpty()) return List.of();
    int largest = events.stream().mapToInt(Integer::intValue).max().orElse(0);
    var graph = new RoomGraph(data, create(data, largest), largest);
    var parents = new ArrayList<Integer>();
    for (int event : events) for (int auth : graph.authEvents(event)) parents.add(auth);
    return parents.isEmpty() ? List.of() : list(graph.closure(parents));
  }

  /// Walks need no create event; any event of the room stands for it.
  private static Event create(RoomData data, int any) {
    return data.event(any).event();
  }

  private static List<Integer> list(BitSet set) {
    return set.stream().boxed().toList();
  }

  static List<ObjectNode> json(RoomData data, Collection<Integer> ordinals) {
    return data.events(ordinals).values().stream().map(event -> event.event().json()).toList();
  }

  static List<EventId> ids(RoomData data, Collection<Integer> ordinals) {
    return data.events(ordinals).values().stream().map(event -> event.event().eventId()).toList();
  }
}
