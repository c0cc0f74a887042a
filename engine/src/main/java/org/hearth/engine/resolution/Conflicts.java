package org.hearth.engine.resolution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;

/// "If a given key K is present in every Sᵢ with the same value V in each state map, then the pair
/// (K, V) belongs to the *unconflicted state map*. Otherwise, V belongs to the *conflicted state
/// set*."
///
/// @param unconflicted the unconflicted state map
/// @param conflicted what else each of the states holds, in the order of the states
public record Conflicts(
    Map<StateKey, EventId> unconflicted, List<Map<StateKey, EventId>> conflicted) {

  public static Conflicts among(List<StateMap> states) {
    Map<StateKey, EventId> unconflicted = new TreeMap<>(states.getFirst().events());
    for (StateMap state : states.subList(1, states.size())) {
      unconflicted
          .entrySet()
          .removeIf(entry -> !entry.getValue().equals(state.get(entry.getKey())));
    }
    List<Map<StateKey, EventId>> conflicted = new ArrayList<>();
    for (StateMap state : states) {
      Map<StateKey, EventId> rest = new TreeMap<>(state.events());
      rest.keySet().removeAll(unconflicted.keySet());
      conflicted.add(rest);
    }
    return new Conflicts(unconflicted, conflicted);
  }

  public boolean isEmpty() {
    return conflicted.stream().allMatch(Map::isEmpty);
  }

  /// The conflicted state set as ordinals.
  BitSet conflictedSet(EventGraph graph) {
    BitSet set = new BitSet();
    for (Map<StateKey, EventId> state : conflicted) {
      for (EventId id : state.values()) set.set(graph.ordinal(id));
    }
    return set;
  }

  Set<StateKey> conflictedKeys() {
    Set<StateKey> keys = new TreeSet<>();
    for (Map<StateKey, EventId> state : conflicted) keys.addAll(state.keySet());
    return keys;
  }
}
