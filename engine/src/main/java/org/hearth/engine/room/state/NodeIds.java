package org.hearth.engine.room.state;

import java.util.function.LongSupplier;

/// Gives ids to the nodes of one change, so that they come into one group, or a few if they are
/// many.
public final class NodeIds {
  private final LongSupplier groups;
  private long group;
  private int next = NodeGroup.SIZE;

  /// @param groups gives numbers of new groups, from 1
  public NodeIds(LongSupplier groups) {
    this.groups = groups;
  }

  public long next() {
    if (next == NodeGroup.SIZE) {
      group = groups.getAsLong();
      next = 0;
    }
    return NodeGroup.node(group, next++);
  }

  /// What comes next is stored with something else.
  public void startGroup() {
    next = NodeGroup.SIZE;
  }
}
