package org.hearth.engine.resolution;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.StateResolutionVersion;

/// [State resolution](https://spec.matrix.org/v1.19/rooms/v12/#state-resolution): makes one state
/// of several, so that all servers that know the same events agree on it. Versions 2 and 2.1 of the
/// algorithm stand here; the first is `FirstResolution`.
public final class StateResolution {
  private StateResolution() {}

  /// @param states at least one, in any order; the result does not depend on it
  /// @param graph holds the events of the states and their auth chains
  public static StateMap resolve(List<StateMap> states, LoadedEventGraph graph, RoomRules rules) {
    Map<StateKey, EventId> resolved = new HashMap<>(Conflicts.agreed(states));
    resolve(Conflicts.among(states, graph::ordinal), graph, rules)
        .forEach((key, event) -> resolved.put(key, graph.event(event).eventId()));
    return new StateMap(resolved);
  }

  /// What is to be added to the unconflicted state map. For callers who know the conflicts without
  /// comparing whole states.
  public static Map<StateKey, Integer> resolve(
      Conflicts conflicts, EventGraph graph, RoomRules rules) {
    return resolve(conflicts, graph, rules, ResolutionTrace.NONE);
  }

  /// The same, telling each step.
  public static Map<StateKey, Integer> resolve(
      Conflicts conflicts, EventGraph graph, RoomRules rules, ResolutionTrace trace) {
    if (conflicts.isEmpty()) return Map.of();
    return switch (rules.stateResolution()) {
      case V1 -> new FirstResolution(conflicts, graph, rules, trace).resolve();
      case V2, V2_1 -> secondResolution(conflicts, graph, rules, trace);
    };
  }

  private static Map<StateKey, Integer> secondResolution(
      Conflicts conflicts, EventGraph graph, RoomRules rules, ResolutionTrace trace) {
    boolean replaysSubgraph = rules.stateResolution() == StateResolutionVersion.V2_1;
    BitSet fullConflictedSet = fullConflictedSet(conflicts, graph, replaysSubgraph);
    graph.expect(withAuthEvents(fullConflictedSet, graph));
    AuthLinks links = new AuthLinks(graph);

    // "1. Select the set X of all power events that appear in the full conflicted set. For each
    // such power event P, enlarge X by adding the events in the auth chain of P which also belong
    // to the full conflicted set. Sort X into a list using the reverse topological power ordering."
    BitSet x = PowerEvents.withAuthChainsAmong(fullConflictedSet, graph);
    List<Integer> sortedX = new ReverseTopologicalPowerOrder(graph, links).sort(x);

    // "2. Apply the iterative auth checks algorithm, starting from the unconflicted state map [2.1:
    // from an empty state map], to the list of events from the previous step to get a partially
    // resolved state."
    IterativeAuthChecks partiallyResolved =
        replaysSubgraph
            ? new IterativeAuthChecks(graph, rules, _ -> UnconflictedState.ABSENT, trace)
            : new IterativeAuthChecks(graph, rules, conflicts.unconflicted()::get, trace);
    partiallyResolved.apply(ResolutionTrace.Step.POWER_EVENTS, sortedX);

    // "3. Take all remaining events that weren't picked in step 1 and order them by the mainline
    // ordering based on the power level in the partially resolved state obtained in step 2."
    int powerLevels = partiallyResolved.get(StateKey.POWER_LEVELS);
    OptionalInt mainlineStart =
        powerLevels == UnconflictedState.ABSENT ? OptionalInt.empty() : OptionalInt.of(powerLevels);
    BitSet remaining = (BitSet) fullConflictedSet.clone();
    remaining.andNot(x);
    List<Integer> sortedRemaining = new MainlineOrder(mainlineStart, graph, links).sort(remaining);

    // "4. Apply the iterative auth checks algorithm on the partial resolved state and the list of
    // events from the previous step."
    partiallyResolved.apply(ResolutionTrace.Step.MAINLINE, sortedRemaining);

    // "5. Update the result by replacing any event with the event with the same key from the
    // unconflicted state map, if such an event exists, to get the final resolved state."
    Map<StateKey, Integer> resolved = new TreeMap<>(partiallyResolved.applied());
    resolved
        .keySet()
        .removeIf(key -> conflicts.unconflicted().get(key) != UnconflictedState.ABSENT);
    return resolved;
  }

  /// "The *full conflicted set* is the union of the conflicted state set, the conflicted state
  /// subgraph [2.1], and the auth difference." "No events rejected due to failure to auth against
  /// their auth chain should appear in the process".
  private static BitSet fullConflictedSet(
      Conflicts conflicts, EventGraph graph, boolean withSubgraph) {
    BitSet conflicted = conflicts.conflictedSet();
    BitSet full = (BitSet) conflicted.clone();
    full.or(AuthDifference.of(conflicts, graph));
    if (withSubgraph) full.or(ConflictedSubgraph.of(conflicted, graph));
    full.stream().filter(graph::isRejected).forEach(full::clear);
    return full;
  }

  private static BitSet withAuthEvents(BitSet events, EventGraph graph) {
    BitSet all = (BitSet) events.clone();
    events.stream().forEach(event -> Arrays.stream(graph.authEvents(event)).forEach(all::set));
    return all;
  }
}
