package org.hearth.engine.purge;

import java.util.BitSet;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.engine.room.state.StateNode;

/// Which state nodes are reached from some roots, and which events they hold. A node's children are
/// always older than itself, so that one pass from the youngest node down finds all.
final class MarkedState {
  private static final int PAGE = 500;

  /// By node id; 64 places for each group.
  private final BitSet nodes = new BitSet();

  private final BitSet groups = new BitSet();
  private final BitSet events = new BitSet();

  void root(long id) {
    if (id == 0) return;
    nodes.set(bit(id));
    groups.set(bit(NodeGroup.of(id)));
  }

  /// Numbers count up from 1 in each room. One with more than fits is left as it is.
  static int bit(long number) {
    return Math.toIntExact(number);
  }

  void follow(PurgeStore store, RoomKey room) {
    long below = groups.length();
    while (below > 0) {
      var page = store.nodeGroupsBelow(room, below, PAGE);
      if (page.isEmpty()) return;
      for (var group : page)
        for (var node : group.nodes().reversed()) if (nodes.get(bit(node.id()))) follow(node);
      below = page.getLast().number();
    }
  }

  private void follow(StateNode node) {
    node.forEach(
        value -> {
          if (node.isLeaf()) {
            events.set(bit(value));
            return;
          }
          if (value >= node.id())
            throw new IllegalStateException("State node " + value + " is younger than its parent");
          root(value);
        });
  }

  boolean reachesGroup(long group) {
    return groups.get(bit(group));
  }

  /// Ordinals of the events that the reached states hold.
  BitSet events() {
    return events;
  }
}
