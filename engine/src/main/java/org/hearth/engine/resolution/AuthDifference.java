package org.hearth.engine.resolution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.event.StateKey;

/// "The *auth difference* is calculated by first calculating the full auth chain for each state Sᵢ,
/// that is the union of the auth chains for each event in Sᵢ, and then taking every event that
/// doesn't appear in every auth chain."
///
/// One sweep from the youngest event down: each event hands the set of states that reach it, a bit
/// mask, on to its auth events. Once all events that are still to come are reached by all states,
/// so is everything below, and the sweep ends. As on the rest of the network, a state reaches its
/// own events: what all states agree on is in no difference.
///
/// A mask holds 64 states. More are taken in portions, each with the first state in it: an event
/// that is in some chains and not in others is in the first one's and not in some other's, or the
/// other way round, so the portion with that other state has it.
final class AuthDifference {
  private static final int MAX_STATES = Long.SIZE;
  private static final int PAGE_BITS = 10;
  private static final int IN_PAGE = (1 << PAGE_BITS) - 1;

  private final EventGraph graph;
  private final long all;

  /// A mask for each event, in pages that are made when one of theirs is reached: a room has many
  /// more events than those that authorise others.
  private final long[][] reachedBy;

  private final BitSet reached = new BitSet();

  /// How many reached events below the sweep are not reached by all states.
  private int open;

  private AuthDifference(EventGraph graph, int states) {
    this.graph = graph;
    this.all = -1L >>> (Long.SIZE - states);
    this.reachedBy = new long[(graph.size() >>> PAGE_BITS) + 1][];
  }

  static BitSet of(Conflicts conflicts, EventGraph graph) {
    var states = conflicts.conflicted();
    BitSet difference = new BitSet();
    for (int from = 1; from < states.size(); from += MAX_STATES - 1) {
      var portion = new ArrayList<Map<StateKey, Integer>>();
      portion.add(states.getFirst());
      portion.addAll(states.subList(from, Math.min(from + MAX_STATES - 1, states.size())));
      difference.or(among(portion, conflicts.unconflicted(), graph));
    }
    return difference;
  }

  private static BitSet among(
      List<Map<StateKey, Integer>> states, UnconflictedState unconflicted, EventGraph graph) {
    AuthDifference difference = new AuthDifference(graph, states.size());
    unconflicted.forEach(event -> difference.reach(event, difference.all));
    long bit = 1;
    for (Map<StateKey, Integer> state : states) {
      for (int event : state.values()) difference.reach(event, bit);
      bit <<= 1;
    }
    return difference.sweep();
  }

  private BitSet sweep() {
    BitSet difference = new BitSet();
    for (int event = reached.length() - 1;
        event >= 0 && open > 0;
        event = reached.previousSetBit(event - 1)) {
      long states = reachedBy[event >>> PAGE_BITS][event & IN_PAGE];
      if (states != all) {
        difference.set(event);
        open--;
      }
      for (int authEvent : graph.authEvents(event)) reach(authEvent, states);
    }
    return difference;
  }

  private void reach(int event, long states) {
    long[] page = reachedBy[event >>> PAGE_BITS];
    if (page == null) {
      page = new long[IN_PAGE + 1];
      reachedBy[event >>> PAGE_BITS] = page;
    }
    long before = page[event & IN_PAGE];
    long after = before | states;
    page[event & IN_PAGE] = after;
    if (before == 0) {
      reached.set(event);
      if (after != all) open++;
    } else if (before != all && after == all) {
      open--;
    }
  }
}
