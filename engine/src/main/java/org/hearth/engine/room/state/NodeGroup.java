package org.hearth.engine.room.state;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/// Nodes that were made together, as they are stored: in one row. A change to a large state makes a
/// node on each level, and rows cost more than nodes.
///
/// A node's id is its group's number and its place in the group.
///
/// @param number unique in the room
public record NodeGroup(long number, List<StateNode> nodes) {
  /// Places in a group.
  static final int SIZE = 1 << 6;

  private static final int BITS = 6;

  public NodeGroup {
    nodes = List.copyOf(nodes);
  }

  /// The group that a node is in.
  public static long of(long node) {
    return node >>> BITS;
  }

  static long node(long group, int place) {
    return group << BITS | place;
  }

  /// Puts nodes into their groups, by ascending number.
  public static List<NodeGroup> of(Collection<StateNode> nodes) {
    var groups = new TreeMap<Long, List<StateNode>>();
    for (var node : nodes) groups.computeIfAbsent(of(node.id()), _ -> new ArrayList<>()).add(node);
    return groups.entrySet().stream()
        .map(group -> new NodeGroup(group.getKey(), group.getValue()))
        .toList();
  }

  /// Each node after its place.
  public byte[] encode() {
    var bytes = new ByteArrayOutputStream();
    for (var node : nodes) {
      bytes.write((int) (node.id() & (SIZE - 1)));
      node.encode(bytes);
    }
    return bytes.toByteArray();
  }

  public static NodeGroup decode(long number, byte[] encoded) {
    var bytes = ByteBuffer.wrap(encoded);
    var nodes = new ArrayList<StateNode>();
    while (bytes.hasRemaining()) nodes.add(StateNode.decode(node(number, bytes.get()), bytes));
    return new NodeGroup(number, nodes);
  }
}
