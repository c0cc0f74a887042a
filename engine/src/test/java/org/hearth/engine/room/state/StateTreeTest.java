package org.hearth.engine.room.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StateTreeTest {

  private static final class Memory implements StateTree.Editor {
    private final Map<Long, byte[]> rows = new HashMap<>();
    private final AtomicLong last = new AtomicLong();
    private final NodeIds ids = new NodeIds(last::incrementAndGet);
    private int reads;

    @Override
    public StateNode node(long id) {
      reads++;
      var group = NodeGroup.decode(NodeGroup.of(id), Objects.requireNonNull(rows.get(id)));
      return group.nodes().getFirst();
    }

    @Override
    public long nextId() {
      return ids.next();
    }

    @Override
    public void created(StateNode node) {
      rows.put(node.id(), new NodeGroup(NodeGroup.of(node.id()), List.of(node)).encode());
    }
  }

  private final Memory memory = new Memory();

  private TreeMap<Integer, Integer> all(long root) {
    var entries = new TreeMap<Integer, Integer>();
    StateTree.forEach(memory, root, entries::put);
    return entries;
  }

  @Test
  void everyEarlierStateStaysReadable() {
    var random = new Random(7);
    var expected = new TreeMap<Integer, Integer>();
    var roots = new ArrayList<Long>();
    var copies = new ArrayList<TreeMap<Integer, Integer>>();
    long root = StateTree.EMPTY;
    for (int i = 1; i <= 500; i++) {
      int key = random.nextInt(random.nextBoolean() ? 40 : 40_000);
      int value = random.nextInt(10) == 0 ? 0 : i;
      root = StateTree.with(memory, root, key, value);
      if (value == 0) expected.remove(key);
      else expected.put(key, value);
      roots.add(root);
      copies.add(new TreeMap<>(expected));
    }
    for (int i = 0; i < roots.size(); i++) assertThat(all(roots.get(i))).isEqualTo(copies.get(i));
    for (var entry : expected.entrySet())
      assertThat(StateTree.get(memory, root, entry.getKey())).isEqualTo(entry.getValue());
    assertThat(StateTree.get(memory, root, 2_000_000_000)).isZero();
  }

  @Test
  void comparisonTellsWhatDiffersBetweenTreesOfAnyHeight() {
    var small = new TreeMap<>(Map.of(1, 1, 5, 2));
    var large = new TreeMap<>(Map.of(1, 1, 5, 3, 40, 4, 70_000, 5));
    long a = StateTree.with(memory, StateTree.EMPTY, small);
    long b = StateTree.with(memory, a, large);
    var changes = new ArrayList<List<Integer>>();
    StateTree.compare(
        memory, a, b, (key, before, after) -> changes.add(List.of(key, before, after)));
    assertThat(changes).containsExactly(List.of(5, 2, 3), List.of(40, 0, 4), List.of(70_000, 0, 5));
    changes.clear();
    StateTree.compare(
        memory, b, a, (key, before, after) -> changes.add(List.of(key, before, after)));
    assertThat(changes).containsExactly(List.of(5, 3, 2), List.of(40, 4, 0), List.of(70_000, 5, 0));
  }

  @Test
  void aChangeAmongManyKeysWritesAndReadsOnlyItsPath() {
    var many = new TreeMap<Integer, Integer>();
    for (int key = 0; key < 100_000; key++) many.put(key, key + 1);
    long root = StateTree.with(memory, StateTree.EMPTY, many);
    int nodes = memory.rows.size();
    long changed = StateTree.with(memory, root, 77_777, 500_000);
    assertThat(memory.rows.size() - nodes).isEqualTo(4);
    memory.reads = 0;
    StateTree.compare(memory, root, changed, (_, _, _) -> {});
    assertThat(memory.reads).isEqualTo(8);
  }

  @Test
  void anEditThatChangesNothingIsTheSameState() {
    long root = StateTree.with(memory, StateTree.EMPTY, 3, 9);
    assertThat(StateTree.with(memory, root, 3, 9)).isEqualTo(root);
    assertThat(StateTree.with(memory, root, 3, 0)).isEqualTo(StateTree.EMPTY);
  }
}
