package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.hearth.engine.resolution.Conflicts;
import org.hearth.engine.resolution.ResolutionTrace;
import org.hearth.engine.resolution.StateResolution;
import org.hearth.engine.resolution.UnconflictedState;
import org.hearth.engine.room.state.StateTree;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;

/// Resolves stored states anew.
final class Resolving {
  private static final int REMEMBERED = 64;

  private final Reading reading;
  private final Map<List<Long>, Resolved> remembered =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Long>, Resolved> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long resolutions;

  Resolving(Reading reading) {
    this.reading = reading;
  }

  /// A resolved state as a change of a stored one.
  ///
  /// @param changes event ordinals by key ordinal, 0 for a key that the resolved state lacks
  record Resolved(long base, SortedMap<Integer, Integer> changes) {

    int get(Reading reading, int key) {
      var changed = changes.get(key);
      return changed != null ? changed : StateTree.get(reading, base, key);
    }
  }

  /// How often differing states were resolved.
  long resolutions() {
    return resolutions;
  }

  /// @param roots at least one
  Resolved resolve(Collection<Long> roots) {
    var states = List.copyOf(new TreeSet<>(roots));
    if (states.size() == 1) return new Resolved(states.getFirst(), new TreeMap<>());
    var known = remembered.get(states);
    if (known != null) return known;
    var resolved = resolve(states, ResolutionTrace.NONE);
    remembered.put(states, resolved);
    return resolved;
  }

  Resolved resolve(List<Long> states, ResolutionTrace trace) {
    long base = states.getFirst();
    var differing = differing(states);
    if (differing.isEmpty()) return new Resolved(base, new TreeMap<>());
    resolutions++;
    var agreed = new Agreed(reading, base, differing.keySet());
    int largest = agreed.largest();
    for (int[] events : differing.values())
      for (int event : events) largest = Math.max(largest, event);
    var graph = new AuthGraph(reading, create(base), largest);
    var names = reading.namesOf(differing.keySet());
    var resolved =
        StateResolution.resolve(
            new Conflicts(agreed, conflicted(differing, names)),
            graph,
            reading.room().rules(),
            trace);
    var changes = new TreeMap<Integer, Integer>();
    for (int key : differing.keySet()) {
      var name = names.get(key);
      changes.put(key, name == null ? 0 : resolved.getOrDefault(name, 0));
    }
    return new Resolved(base, changes);
  }

  /// For each key that is not the same everywhere, its event in each state (0 where absent).
  SortedMap<Integer, int[]> differing(List<Long> states) {
    var keys = new TreeSet<Integer>();
    for (long state : states.subList(1, states.size()))
      StateTree.compare(reading, states.getFirst(), state, (key, _, _) -> keys.add(key));
    var differing = new TreeMap<Integer, int[]>();
    for (int key : keys)
      differing.put(
          key, states.stream().mapToInt(state -> StateTree.get(reading, state, key)).toArray());
    return differing;
  }

  private Event create(long root) {
    var create = reading.stateEvents(root, List.of(StateKey.CREATE)).get(StateKey.CREATE);
    if (create == null) throw new IllegalStateException("a state without a create event");
    return create;
  }

  private static List<Map<StateKey, Integer>> conflicted(
      SortedMap<Integer, int[]> differing, Map<Integer, StateKey> names) {
    int states = differing.firstEntry().getValue().length;
    var conflicted = new ArrayList<Map<StateKey, Integer>>();
    for (int i = 0; i < states; i++) {
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

  /// What the states agree on: the first without the keys in which they differ.
  private record Agreed(Reading reading, long root, Set<Integer> differing)
      implements UnconflictedState {

    @Override
    public int get(StateKey key) {
      var ordinal = reading.store().keys(reading.room(), List.of(key)).get(key);
      if (ordinal == null || differing.contains(ordinal)) return ABSENT;
      int event = StateTree.get(reading, root, ordinal);
      return event == 0 ? ABSENT : event;
    }

    @Override
    public void forEach(IntConsumer visitor) {
      StateTree.forEach(
          reading,
          root,
          (key, event) -> {
            if (!differing.contains(key)) visitor.accept(event);
          });
    }

    int largest() {
      var largest = new int[1];
      forEach(event -> largest[0] = Math.max(largest[0], event));
      return largest[0];
    }
  }
}
