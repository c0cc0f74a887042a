package org.hearth.engine.resolution;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.hearth.schemas.event.StateKey;

/// "the `m.room.power_levels` event in the `auth_events` of" an event; remembered, since chains of
/// them are walked often.
final class AuthLinks {
  private final EventGraph graph;
  private final Map<Integer, OptionalInt> powerLevels = new HashMap<>();

  AuthLinks(EventGraph graph) {
    this.graph = graph;
  }

  OptionalInt powerLevels(int event) {
    OptionalInt known = powerLevels.get(event);
    if (known != null) return known;
    OptionalInt found = OptionalInt.empty();
    for (int authEvent : graph.authEvents(event)) {
      if (graph.event(authEvent).isState(StateKey.POWER_LEVELS)) {
        found = OptionalInt.of(authEvent);
        break;
      }
    }
    powerLevels.put(event, found);
    return found;
  }
}
