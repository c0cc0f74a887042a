package org.hearth.engine.resolution;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.Verdict;
import org.hearth.engine.resolution.ResolutionTrace.Step;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// State resolution of [room version 1](https://spec.matrix.org/v1.19/rooms/v1/#state-resolution).
/// It "is known to have bugs that can cause the state of rooms to reset"; rooms of that version
/// still need it as it is.
final class FirstResolution {
  /// "... by ascending depth then descending sha1(event_id)".
  private static final Comparator<Event> OLDEST_FIRST =
      Comparator.comparingLong(Event::depth)
          .thenComparing(FirstResolution::sha1, (a, b) -> Arrays.compareUnsigned(b, a))
          .thenComparing(Event::eventId);

  private final EventGraph graph;
  private final RoomRules rules;
  private final ResolutionTrace trace;
  private final UnconflictedState unconflicted;
  private final List<Map<StateKey, Integer>> conflicted;

  /// What R, "the results of the resolution so far", has beyond the unconflicted state.
  private final Map<StateKey, Integer> r = new HashMap<>();

  FirstResolution(Conflicts conflicts, EventGraph graph, RoomRules rules, ResolutionTrace trace) {
    this.graph = graph;
    this.rules = rules;
    this.trace = trace;
    this.unconflicted = conflicts.unconflicted();
    this.conflicted = conflicts.conflicted();
  }

  /// What is to be added to the unconflicted state.
  Map<StateKey, Integer> resolve() {
    Map<StateKey, Set<Integer>> candidates = candidates();

    // "Start by setting R to the union of the states to be resolved, excluding any conflicting
    // events."
    Map<StateKey, Integer> resolved = new TreeMap<>();
    candidates.forEach(
        (key, events) -> {
          if (events.size() > 1) return;
          int only = events.iterator().next();
          trace.offered(Step.WITHOUT_RIVAL, graph.event(only), Verdict.allow());
          keep(key, only, resolved);
        });
    candidates.values().removeIf(events -> events.size() == 1);

    // "First we resolve conflicts between m.room.power_levels events."
    resolveAuthEvents(candidates, type -> type.equals(EventType.POWER_LEVELS), resolved);
    // "Repeat the above process for conflicts between m.room.join_rules events."
    resolveAuthEvents(candidates, type -> type.equals(EventType.JOIN_RULES), resolved);
    // "Repeat the above process for conflicts between m.room.member events."
    resolveAuthEvents(candidates, type -> type.equals(EventType.MEMBER), resolved);
    // "No other events affect the authorisation rules".
    candidates.forEach((key, events) -> keep(key, latestAllowed(sorted(events)), resolved));
    return resolved;
  }

  /// "A *conflict* occurs between states where those states have different `event_ids` for the same
  /// `(event_type, state_key)`." A key that some states lack is no conflict.
  private Map<StateKey, Set<Integer>> candidates() {
    Map<StateKey, Set<Integer>> candidates = new TreeMap<>();
    for (Map<StateKey, Integer> state : conflicted) {
      state.forEach(
          (key, event) -> candidates.computeIfAbsent(key, _ -> new TreeSet<>()).add(event));
    }
    return candidates;
  }

  /// Resolves the keys of a type against R as it was before any of them, and takes them out of the
  /// candidates.
  private void resolveAuthEvents(
      Map<StateKey, Set<Integer>> candidates,
      Predicate<String> type,
      Map<StateKey, Integer> resolved) {
    Map<StateKey, Integer> ofType = new TreeMap<>();
    candidates.forEach(
        (key, events) -> {
          if (type.test(key.type())) ofType.put(key, lastOfUnbrokenLine(key, sorted(events)));
        });
    candidates.keySet().removeAll(ofType.keySet());
    ofType.forEach((key, event) -> keep(key, event, resolved));
  }

  /// "Add the first event in the list to R. For each subsequent event in the list, check that the
  /// event would be allowed by the authorisation rules for a room in state R. If the event would be
  /// allowed, then update R with the event and continue with the next event in the list. If it
  /// would not be allowed, stop".
  private int lastOfUnbrokenLine(StateKey key, List<Integer> oldestFirst) {
    int current = oldestFirst.getFirst();
    trace.offered(Step.OLDEST, graph.event(current), Verdict.allow());
    for (int next : oldestFirst.subList(1, oldestFirst.size())) {
      r.put(key, current);
      if (!isAllowed(Step.NEXT_OLDEST, next)) break;
      current = next;
    }
    r.remove(key);
    return current;
  }

  /// "For all other conflicts, just pick the event with the highest depth and lowest sha1(event_id)
  /// that passes authentication in R". If none does, the network takes the oldest.
  private int latestAllowed(List<Integer> oldestFirst) {
    for (int event : oldestFirst.reversed()) {
      if (isAllowed(Step.DEEPEST, event)) return event;
    }
    trace.offered(Step.OLDEST, graph.event(oldestFirst.getFirst()), Verdict.allow());
    return oldestFirst.getFirst();
  }

  private boolean isAllowed(Step step, int event) {
    var verdict = AuthRules.check(graph.event(event), rules, this::inR);
    trace.offered(step, graph.event(event), verdict);
    return verdict.isAllowed();
  }

  private @Nullable Event inR(StateKey key) {
    int event = r.getOrDefault(key, unconflicted.get(key));
    return event == UnconflictedState.ABSENT ? null : graph.event(event);
  }

  private void keep(StateKey key, int event, Map<StateKey, Integer> resolved) {
    r.put(key, event);
    resolved.put(key, event);
  }

  private List<Integer> sorted(Set<Integer> events) {
    return events.stream().sorted(Comparator.comparing(graph::event, OLDEST_FIRST)).toList();
  }

  private static byte[] sha1(Event event) {
    try {
      return MessageDigest.getInstance("SHA-1")
          .digest(event.eventId().value().getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-1", e);
    }
  }
}
