package org.hearth.engine.resolution;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// "The *iterative auth checks algorithm* takes as input an initial room state and a sorted list of
/// state events, and constructs a new room state by iterating through the event list and applying
/// the state event to the room state if the state event is allowed by the authorisation rules. If
/// the state event is not allowed by the authorisation rules, then the event is ignored."
final class IterativeAuthChecks {
  private final EventGraph graph;
  private final RoomRules rules;
  private final Map<StateKey, EventId> initial;
  private final Map<StateKey, EventId> applied = new TreeMap<>();

  /// @param initial the initial room state; it is not changed
  IterativeAuthChecks(EventGraph graph, RoomRules rules, Map<StateKey, EventId> initial) {
    this.graph = graph;
    this.rules = rules;
    this.initial = initial;
  }

  void apply(List<Integer> sorted) {
    for (int ordinal : sorted) {
      Event event = graph.event(ordinal);
      if (AuthRules.check(event, rules, authState(ordinal)).isAllowed()) {
        applied.put(event.stateKeyPair(), event.eventId());
      }
    }
  }

  @Nullable EventId get(StateKey key) {
    EventId id = applied.get(key);
    return id != null ? id : initial.get(key);
  }

  /// What was applied on top of the initial room state.
  Map<StateKey, EventId> applied() {
    return applied;
  }

  /// "If a (event_type, state_key) key that is required for checking the authorisation rules is not
  /// present in the state, then the appropriate state event from the event's `auth_events` is used
  /// if the auth event is not rejected."
  private AuthState authState(int ordinal) {
    Map<StateKey, Event> state = new HashMap<>();
    state.put(StateKey.CREATE, graph.create());
    for (int authEvent : graph.authEvents(ordinal)) {
      Event event = graph.event(authEvent);
      if (event.isState() && !graph.isRejected(authEvent)) state.put(event.stateKeyPair(), event);
    }
    Set<StateKey> required = AuthEventSelection.select(graph.event(ordinal));
    for (StateKey key : required) {
      EventId present = get(key);
      if (present != null) state.put(key, graph.event(graph.ordinal(present)));
    }
    return AuthState.of(state);
  }
}
