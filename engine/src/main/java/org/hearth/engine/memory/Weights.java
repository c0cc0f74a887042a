package org.hearth.engine.memory;

import com.fasterxml.jackson.databind.JsonNode;

/// Estimates of what values take on the heap.
public final class Weights {
  private static final int OBJECT = 24;

  /// An object node with its map, or an array node with its list.
  private static final int TREE = 120;

  /// One member of an object node: the map's entry and a key, which is often shared.
  private static final int MEMBER = 72;

  private Weights() {}

  public static int of(String text) {
    return OBJECT + 16 + text.length();
  }

  /// A tree of JSON.
  public static int of(JsonNode tree) {
    int weight = OBJECT;
    if (tree.isTextual()) return weight + of(tree.textValue());
    if (!tree.isContainerNode()) return weight;
    weight += TREE;
    if (tree.isObject()) {
      for (var member : tree.properties()) weight += MEMBER + of(member.getValue());
    } else {
      for (JsonNode item : tree) weight += 8 + of(item);
    }
    return weight;
  }
}
