package org.hearth.engine.resolution;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;

/// "If a given key K is present in every Sᵢ with the same value V in each state map, then the pair
/// (K, V) belongs to the *unconflicted state map*. Otherwise, V belongs to the *conflicted state
/// set*."
///
/// @param unconflicted the unconflicted state map
/// @param conflicted what else each of the states holds, in the order of the states; ordinals of an
///   [EventGraph]
public record Conflicts(UnconflictedState unconflicted, List<Map<StateKey, Integer>> conflicted) {

  /// @param ordinal of an event that is in a state
  static Conflicts among(List<StateMap> states, ToIntFunction<EventId> ordinal) {
    Map<StateKey, EventId> unconflicted = agreed(states);
    Map<StateKey, Integer> ordinals = new HashMap<>();
    unconflicted.forEach((key, id) -> ordinals.put(key, ordinal.applyAsInt(id)));
    return new Conflicts(
        new Agreed(ordinals),
        states.stream().map(state -> without(unconflicted, state, ordinal)).toList());
  }

  /// What all states hold.
  static Map<StateKey, EventId> agreed(List<StateMap> states) {
    List<StateMap> others = states.subList(1, states.size());
    Map<StateKey, EventId> agreed = new HashMap<>(states.getFirst().events());
    agreed
        .entrySet()
        .removeIf(
            entry ->
                others.stream()
                    .anyMatch(state -> !entry.getValue().equals(state.get(entry.getKey()))));
    return agreed;
  }

  private static Map<StateKey, Integer> without(
      Map<StateKey, EventId> unconflicted, StateMap state, ToIntFunction<EventId> ordinal) {
    Map<StateKey, Integer> conflicted = new TreeMap<>();
    state
        .events()
        .forEach(
            (key, id) -> {
              if (!unconflicted.containsKey(key)) conflicted.put(key, ordinal.applyAsInt(id));
            });
    return conflicted;
  }

  /// An unconflicted state map that is small enough to be one.
  private record Agreed(Map<StateKey, Integer> ordinals) implements UnconflictedState {
    @Override
    public int get(StateKey key) {
      return ordinals.getOrDefault(key, ABSENT);
    }

    @Override
    public void forEach(IntConsumer visitor) {
      ordinals.values().forEach(visitor::accept);
    }
  }

  public boolean isEmpty() {
    return conflicted.stream().allMatch(Map::isEmpty);
  }

  /// The conflicted state set.
  BitSet conflictedSet() {
    BitSet set = new BitSet();
    for (Map<StateKey, Integer> state : conflicted) state.values().forEach(set::set);
    return set;
  }
}
