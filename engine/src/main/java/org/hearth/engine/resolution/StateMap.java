package org.hearth.engine.resolution;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// A room's state: for each place at most one event.
public record StateMap(Map<StateKey, EventId> events) {
  public static final StateMap EMPTY = new StateMap(Map.of());

  public StateMap {
    events = Collections.unmodifiableMap(new HashMap<>(events));
  }

  public @Nullable EventId get(StateKey key) {
    return events.get(key);
  }

  public int size() {
    return events.size();
  }

  /// "S′(E) is S(E), except that its entry corresponding to the event_type and state_key of E is
  /// replaced by the event_id of E."
  public StateMap with(StateKey key, EventId event) {
    Map<StateKey, EventId> changed = new HashMap<>(events);
    changed.put(key, event);
    return new StateMap(changed);
  }
}
