package org.hearth.engine.resolution;

import java.util.BitSet;
import java.util.Map;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;

/// "The *auth difference* is calculated by first calculating the full auth chain for each state Sᵢ,
/// that is the union of the auth chains for each event in Sᵢ, and then taking every event that
/// doesn't appear in every auth chain."
///
/// One sweep from the youngest event down: each event hands the set of states that reach it, a bit
/// mask, on to its auth events. Once all events that are still to come are reached by all states,
/// so is everything below, and the sweep ends. As on the rest of the network, a state reaches its
/// own events: what all states agree on is in no difference.
final class AuthDifference {
  private static final int MAX_STATES = Long.SIZE;

  private final EventGraph graph;
  private final long all;
  private final long[] reachedBy;
  private final BitSet reached = new BitSet();

  /// How many reached events below the sweep are not reached by all states.
  private int open;

  private AuthDifference(EventGraph graph, int states) {
    if (states > MAX_STATES) throw new IllegalArgumentException("more than 64 states");
    this.graph = graph;
    this.all = -1L >>> (Long.SIZE - states);
    this.reachedBy = new long[graph.size()];
  }

  static BitSet of(Conflicts conflicts, EventGraph graph) {
    AuthDifference difference = new AuthDifference(graph, conflicts.conflicted().size());
    for (EventId id : conflicts.unconflicted().values()) {
      difference.reach(graph.ordinal(id), difference.all);
    }
    long state = 1;
    for (Map<StateKey, EventId> conflicted : conflicts.conflicted()) {
      for (EventId id : conflicted.values()) difference.reach(graph.ordinal(id), state);
      state <<= 1;
    }
    return difference.sweep();
  }

  private BitSet sweep() {
    BitSet difference = new BitSet();
    for (int event = reached.length() - 1;
        event >= 0 && open > 0;
        event = reached.previousSetBit(event - 1)) {
      if (reachedBy[event] != all) {
        difference.set(event);
        open--;
      }
      for (int authEvent : graph.authEvents(event)) reach(authEvent, reachedBy[event]);
    }
    return difference;
  }

  private void reach(int event, long states) {
    long before = reachedBy[event];
    long after = before | states;
    reachedBy[event] = after;
    if (before == 0) {
      reached.set(event);
      if (after != all) open++;
    } else if (before != all && after == all) {
      open--;
    }
  }
}
