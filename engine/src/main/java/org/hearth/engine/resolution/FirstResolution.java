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
import org.hearth.engine.auth.AuthState;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.room.RoomRules;

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

  /// R, "the results of the resolution so far".
  private final Map<StateKey, Event> r = new HashMap<>();

  FirstResolution(EventGraph graph, RoomRules rules) {
    this.graph = graph;
    this.rules = rules;
  }

  Map<StateKey, EventId> resolve(Conflicts conflicts) {
    Map<StateKey, Set<EventId>> candidates = candidates(conflicts);

    // "Start by setting R to the union of the states to be resolved, excluding any conflicting
    // events."
    conflicts.unconflicted().forEach((key, id) -> r.put(key, event(id)));
    Map<StateKey, EventId> resolved = new TreeMap<>();
    candidates.forEach(
        (key, ids) -> {
          if (ids.size() == 1) keep(key, event(ids.iterator().next()), resolved);
        });
    candidates.values().removeIf(ids -> ids.size() == 1);

    // "First we resolve conflicts between m.room.power_levels events."
    resolveAuthEvents(candidates, type -> type.equals(EventType.POWER_LEVELS), resolved);
    // "Repeat the above process for conflicts between m.room.join_rules events."
    resolveAuthEvents(candidates, type -> type.equals(EventType.JOIN_RULES), resolved);
    // "Repeat the above process for conflicts between m.room.member events."
    resolveAuthEvents(candidates, type -> type.equals(EventType.MEMBER), resolved);
    // "No other events affect the authorisation rules".
    candidates.forEach((key, ids) -> keep(key, latestAllowed(sorted(ids)), resolved));
    return resolved;
  }

  /// "A *conflict* occurs between states where those states have different `event_ids` for the same
  /// `(event_type, state_key)`." A key that some states lack is no conflict.
  private static Map<StateKey, Set<EventId>> candidates(Conflicts conflicts) {
    Map<StateKey, Set<EventId>> candidates = new TreeMap<>();
    for (Map<StateKey, EventId> state : conflicts.conflicted()) {
      state.forEach((key, id) -> candidates.computeIfAbsent(key, _ -> new TreeSet<>()).add(id));
    }
    return candidates;
  }

  /// Resolves the keys of a type against R as it was before any of them, and takes them out of the
  /// candidates.
  private void resolveAuthEvents(
      Map<StateKey, Set<EventId>> candidates,
      Predicate<String> type,
      Map<StateKey, EventId> resolved) {
    Map<StateKey, Event> ofType = new TreeMap<>();
    candidates.forEach(
        (key, ids) -> {
          if (type.test(key.type())) ofType.put(key, lastOfUnbrokenLine(key, sorted(ids)));
        });
    candidates.keySet().removeAll(ofType.keySet());
    ofType.forEach((key, event) -> keep(key, event, resolved));
  }

  /// "Add the first event in the list to R. For each subsequent event in the list, check that the
  /// event would be allowed by the authorisation rules for a room in state R. If the event would be
  /// allowed, then update R with the event and continue with the next event in the list. If it
  /// would not be allowed, stop".
  private Event lastOfUnbrokenLine(StateKey key, List<Event> oldestFirst) {
    Event current = oldestFirst.getFirst();
    for (Event next : oldestFirst.subList(1, oldestFirst.size())) {
      r.put(key, current);
      if (!isAllowed(next)) break;
      current = next;
    }
    r.remove(key);
    return current;
  }

  /// "For all other conflicts, just pick the event with the highest depth and lowest sha1(event_id)
  /// that passes authentication in R". If none does, the network takes the oldest.
  private Event latestAllowed(List<Event> oldestFirst) {
    for (Event event : oldestFirst.reversed()) {
      if (isAllowed(event)) return event;
    }
    return oldestFirst.getFirst();
  }

  private boolean isAllowed(Event event) {
    return AuthRules.check(event, rules, AuthState.of(r)).isAllowed();
  }

  private void keep(StateKey key, Event event, Map<StateKey, EventId> resolved) {
    r.put(key, event);
    resolved.put(key, event.eventId());
  }

  private List<Event> sorted(Set<EventId> ids) {
    return ids.stream().map(this::event).sorted(OLDEST_FIRST).toList();
  }

  private Event event(EventId id) {
    return graph.event(graph.ordinal(id));
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
