package org.hearth.engine.resolution;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// "The *iterative auth checks algorithm* takes as input an initial room state and a sorted list of
/// state events, and constructs a new room state by iterating through the event list and applying
/// the state event to the room state if the state event is allowed by the authorisation rules. If
/// the state event is not allowed by the authorisation rules, then the event is ignored."
final class IterativeAuthChecks {
  private final EventGraph graph;
  private final RoomRules rules;
  private final ToIntFunction<StateKey> initial;
  private final ResolutionTrace trace;
  private final Map<StateKey, Integer> applied = new TreeMap<>();

  /// @param initial the initial room state, [UnconflictedState#ABSENT] for what it does not have
  IterativeAuthChecks(
      EventGraph graph, RoomRules rules, ToIntFunction<StateKey> initial, ResolutionTrace trace) {
    this.graph = graph;
    this.rules = rules;
    this.initial = initial;
    this.trace = trace;
  }

  void apply(ResolutionTrace.Step step, List<Integer> sorted) {
    for (int ordinal : sorted) {
      Event event = graph.event(ordinal);
      var verdict = AuthRules.check(event, rules, new StateFor(ordinal));
      if (verdict.isAllowed()) applied.put(event.stateKeyPair(), ordinal);
      trace.offered(step, event, verdict);
    }
  }

  /// [UnconflictedState#ABSENT] if the room state has no such key.
  int get(StateKey key) {
    Integer event = applied.get(key);
    return event != null ? event : initial.applyAsInt(key);
  }

  /// What was applied on top of the initial room state.
  Map<StateKey, Integer> applied() {
    return applied;
  }

  /// "If a (event_type, state_key) key that is required for checking the authorisation rules is not
  /// present in the state, then the appropriate state event from the event's `auth_events` is used
  /// if the auth event is not rejected."
  ///
  /// The rules ask only for what is required.
  private final class StateFor implements AuthState {
    private final int judged;

    StateFor(int judged) {
      this.judged = judged;
    }

    @Override
    public @Nullable Event get(StateKey key) {
      if (key.equals(StateKey.CREATE)) return graph.create();
      int present = IterativeAuthChecks.this.get(key);
      return present != UnconflictedState.ABSENT ? graph.event(present) : fromAuthEvents(key);
    }

    private @Nullable Event fromAuthEvents(StateKey key) {
      Event found = null;
      for (int authEvent : graph.authEvents(judged)) {
        Event event = graph.event(authEvent);
        if (event.isState(key) && !graph.isRejected(authEvent)) found = event;
      }
      return found;
    }
  }
}
