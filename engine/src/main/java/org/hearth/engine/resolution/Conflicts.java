package org.hearth.engine.resolution;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    List<StateMap> others = states.subList(1, states.size());
    Map<StateKey, EventId> unconflicted = new HashMap<>();
    states
        .getFirst()
        .events()
        .forEach(
            (key, id) -> {
              if (others.stream().allMatch(state -> id.equals(state.get(key)))) {
                unconflicted.put(key, id);
              }
            });
    return new Conflicts(
        unconflicted, states.stream().map(state -> without(unconflicted, state)).toList());
  }

  private static Map<StateKey, EventId> without(
      Map<StateKey, EventId> unconflicted, StateMap state) {
    Map<StateKey, EventId> conflicted = new TreeMap<>();
    state
        .events()
        .forEach(
            (key, id) -> {
              if (!unconflicted.containsKey(key)) conflicted.put(key, id);
            });
    return conflicted;
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
}
