package org.hearth.engine.resolution;

import java.util.BitSet;

/// "Starting from an event in the *conflicted state set* and following `auth_events` edges may lead
/// to another event in the conflicted state set. The union of all such paths between any pair of
/// events in the conflicted state set (including endpoints) forms a subgraph of the original
/// `auth_event` graph, called the *conflicted state subgraph*."
final class ConflictedSubgraph {
  private ConflictedSubgraph() {}

  /// The events from which a conflicted event can be reached, among those that are reached from
  /// one.
  static BitSet of(BitSet conflicted, EventGraph graph) {
    BitSet subgraph = new BitSet();
    BitSet below = reachedFrom(conflicted, graph);
    for (int event = below.nextSetBit(0); event >= 0; event = below.nextSetBit(event + 1)) {
      if (conflicted.get(event) || anyIn(subgraph, graph.authEvents(event))) subgraph.set(event);
    }
    return subgraph;
  }

  /// Down to the oldest conflicted event: what is older leads to none.
  private static BitSet reachedFrom(BitSet conflicted, EventGraph graph) {
    BitSet reached = (BitSet) conflicted.clone();
    int oldest = conflicted.nextSetBit(0);
    for (int event = reached.length() - 1; event >= 0; event = reached.previousSetBit(event - 1)) {
      for (int authEvent : graph.authEvents(event)) {
        if (authEvent >= oldest) reached.set(authEvent);
      }
    }
    return reached;
  }

  private static boolean anyIn(BitSet set, int[] events) {
    for (int event : events) {
      if (set.get(event)) return true;
    }
    return false;
  }
}
