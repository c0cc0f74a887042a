package org.hearth.engine.room.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;

/// Reading, editing and comparing states. A state is the id of its root node; [#EMPTY] is the empty
/// state. Keys are the room's state-key ordinals (from 0), values its event ordinals (from 1).
public final class StateTree {
  public static final long EMPTY = 0;

  /// Finds nodes by their id.
  @FunctionalInterface
  public interface Nodes {
    StateNode node(long id);

    /// Says that these nodes will be asked for, so that those that are not at hand can be loaded at
    /// once.
    default void expect(Collection<Long> ids) {}
  }

  /// Finds nodes, and takes new ones.
  public interface Editor extends Nodes {
    long nextId();

    void created(StateNode node);
  }

  @FunctionalInterface
  public interface EntryVisitor {
    void entry(int key, int value);
  }

  @FunctionalInterface
  public interface ChangeVisitor {
    /// @param before 0 if the key was absent
    /// @param after 0 if the key is absent
    void change(int key, int before, int after);
  }

  private StateTree() {}

  /// 0 if the key is absent.
  public static int get(Nodes nodes, long root, int key) {
    if (root == EMPTY) return 0;
    var node = nodes.node(root);
    if (key >>> StateNode.BITS * node.level() >= StateNode.WIDTH) return 0;
    while (node.level() > 0) {
      long child = node.get(slot(key, node.level()));
      if (child == 0) return 0;
      node = nodes.node(child);
    }
    return (int) node.get(slot(key, 0));
  }

  /// The root after one change.
  public static long with(Editor editor, long root, int key, int value) {
    return new Edit(editor, new int[] {key}, new int[] {value}).apply(root);
  }

  /// The root after many changes, each node on their paths written once.
  ///
  /// @param changes the value 0 removes a key
  public static long with(Editor editor, long root, SortedMap<Integer, Integer> changes) {
    if (changes.isEmpty()) return root;
    var keys = new int[changes.size()];
    var values = new int[changes.size()];
    int i = 0;
    for (Map.Entry<Integer, Integer> change : changes.entrySet()) {
      keys[i] = change.getKey();
      values[i++] = change.getValue();
    }
    return new Edit(editor, keys, values).apply(root);
  }

  /// All entries, by ascending key.
  public static void forEach(Nodes nodes, long root, EntryVisitor visitor) {
    if (root == EMPTY) return;
    var node = nodes.node(root);
    if (node.level() == 1) nodes.expect(node.children());
    visit(nodes, node, 0, visitor);
  }

  private static void visit(Nodes nodes, StateNode node, int base, EntryVisitor visitor) {
    if (node.level() == 2) expectBelow(nodes, node);
    for (int i = 0; i < StateNode.WIDTH; i++) {
      long value = node.get(i);
      if (value == 0) continue;
      int key = base | i << StateNode.BITS * node.level();
      if (node.level() == 0) visitor.entry(key, (int) value);
      else visit(nodes, nodes.node(value), key, visitor);
    }
  }

  /// A subtree of up to 32³ keys is loaded in two steps, its inner nodes and its leaves.
  private static void expectBelow(Nodes nodes, StateNode node) {
    nodes.expect(node.children());
    var leaves = new ArrayList<Long>();
    for (long child : node.children()) leaves.addAll(nodes.node(child).children());
    nodes.expect(leaves);
  }

  /// What differs between two states, by ascending key. Equal nodes are skipped, whole.
  public static void compare(Nodes nodes, long before, long after, ChangeVisitor visitor) {
    new Comparison(nodes, visitor).compare(before, after, 0);
  }

  private record Comparison(Nodes nodes, ChangeVisitor visitor) {

    void compare(long before, long after, int base) {
      if (before == after) return;
      var left = before == EMPTY ? null : nodes.node(before);
      var right = after == EMPTY ? null : nodes.node(after);
      int leftLevel = left == null ? 0 : left.level();
      int rightLevel = right == null ? 0 : right.level();
      int level = Math.max(leftLevel, rightLevel);
      for (int i = 0; i < StateNode.WIDTH; i++) {
        long a = left == null ? 0 : slotAt(left, before, level, i);
        long b = right == null ? 0 : slotAt(right, after, level, i);
        if (a == b) continue;
        int key = base | i << StateNode.BITS * level;
        if (level == 0) visitor.change(key, (int) a, (int) b);
        else compare(a, b, key);
      }
    }

    /// A lower tree is the first child of a higher one.
    private static long slotAt(StateNode node, long id, int level, int slot) {
      if (node.level() == level) return node.get(slot);
      return slot == 0 ? id : 0;
    }
  }

  private static int slot(int key, int level) {
    return key >>> StateNode.BITS * level & (StateNode.WIDTH - 1);
  }

  /// Changes by ascending key.
  private record Edit(Editor editor, int[] keys, int[] values) {

    long apply(long root) {
      int level = root == EMPTY ? 0 : editor.node(root).level();
      int largest = keys[keys.length - 1];
      long grown = root;
      while (largest >>> StateNode.BITS * level >= StateNode.WIDTH) {
        level++;
        if (grown != EMPTY) {
          var slots = new long[StateNode.WIDTH];
          slots[0] = grown;
          grown = create(level, slots);
        }
      }
      return edit(grown, level, 0, keys.length);
    }

    private long edit(long id, int level, int from, int to) {
      var slots = id == EMPTY ? new long[StateNode.WIDTH] : editor.node(id).slots();
      boolean changed = false;
      int start = from;
      while (start < to) {
        int slot = slot(keys[start], level);
        int end = start + 1;
        while (end < to && slot(keys[end], level) == slot) end++;
        long after = level == 0 ? values[end - 1] : edit(slots[slot], level - 1, start, end);
        changed |= after != slots[slot];
        slots[slot] = after;
        start = end;
      }
      if (!changed) return id;
      for (long slot : slots) if (slot != 0) return create(level, slots);
      return EMPTY;
    }

    private long create(int level, long[] slots) {
      var node = StateNode.of(editor.nextId(), level, slots);
      editor.created(node);
      return node.id();
    }
  }
}
