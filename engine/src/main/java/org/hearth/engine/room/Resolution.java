package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.engine.resolution.Conflicts;
import org.hearth.engine.resolution.StateResolution;
import org.hearth.engine.room.state.StateTree;
import org.hearth.schemas.event.StateKey;

/// State resolution on trees: the conflicts are found by comparing the trees, and the result is an
/// edit of the first.
final class Resolution {
  private Resolution() {}

  /// The root of the resolved state.
  ///
  /// @param roots at least one
  /// @param edit takes the nodes of the result
  static long resolve(RoomData data, StateEdit edit, Collection<Long> roots) {
    // In ascending order, so that the result does not depend on how the heads were met.
    var states = List.copyOf(new TreeSet<>(roots));
    if (states.size() == 1) return states.getFirst();
    var differing = differing(data, states);
    if (differing.isEmpty()) return states.getFirst();
    return new Conflict(data, states, differing).resolve(edit);
  }

  /// For each key that is not the same everywhere, its event in each state (0 where absent).
  private static SortedMap<Integer, int[]> differing(RoomData data, List<Long> states) {
    var keys = new TreeSet<Integer>();
    for (long state : states.subList(1, states.size()))
      StateTree.compare(data, states.getFirst(), state, (key, _, _) -> keys.add(key));
    var differing = new TreeMap<Integer, int[]>();
    for (int key : keys)
      differing.put(
          key, states.stream().mapToInt(state -> StateTree.get(data, state, key)).toArray());
    return differing;
  }

  private record Conflict(RoomData data, List<Long> states, SortedMap<Integer, int[]> differing) {

    long resolve(StateEdit edit) {
      var create = data.state(states.getFirst(), StateKey.CREATE);
      if (create == null) throw new IllegalStateException("A state without a create event.");
      var keys = new BitSet();
      differing.keySet().forEach(keys::set);
      var agreed = new AgreedState(data, states.getFirst(), keys);
      int largest = agreed.largestEvent();
      for (int[] events : differing.values())
        for (int event : events) largest = Math.max(largest, event);
      var graph = new RoomGraph(data, create.event(), largest);
      var names = data.keysAt(differing.keySet());

      var resolved =
          StateResolution.resolve(
              new Conflicts(agreed, conflicted(names)), graph, data.key().rules());

      var changes = new TreeMap<Integer, Integer>();
      for (int key : differing.keySet()) {
        var name = names.get(key);
        changes.put(key, name == null ? 0 : resolved.getOrDefault(name, 0));
      }
      return StateTree.with(edit, states.getFirst(), changes);
    }

    private List<Map<StateKey, Integer>> conflicted(Map<Integer, StateKey> names) {
      var conflicted = new ArrayList<Map<StateKey, Integer>>();
      for (int i = 0; i < states.size(); i++) {
        var state = new TreeMap<StateKey, Integer>();
        int at = i;
        differing.forEach(
            (key, events) -> {
              var name = names.get(key);
              if (name != null && events[at] != 0) state.put(name, events[at]);
            });
        conflicted.add(state);
      }
      return conflicted;
    }
  }
}
