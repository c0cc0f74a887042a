package org.hearth.engine.resolution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// "The *reverse topological power ordering* of a set of events is the lexicographically smallest
/// topological ordering based on the DAG formed by auth events. [It] is ordered from earliest event
/// to latest. ... x < y if
/// 1. x's sender has *greater* power level than y's sender, when looking at their respective
///    `auth_event`s; or
/// 2. the senders have the same power level, but x's `origin_server_ts` is *less* than y's
///    `origin_server_ts`; or
/// 3. the senders have the same power level and the events have the same `origin_server_ts`, but
///    x's `event_id` is *less* than y's `event_id`."
final class ReverseTopologicalPowerOrder {
  private static final Comparator<Candidate> SMALLEST_FIRST =
      Comparator.comparingLong(Candidate::power)
          .reversed()
          .thenComparingLong(Candidate::originServerTs)
          .thenComparing(Candidate::eventId);

  private final EventGraph graph;
  private final AuthLinks links;

  ReverseTopologicalPowerOrder(EventGraph graph, AuthLinks links) {
    this.graph = graph;
    this.links = links;
  }

  private record Candidate(int event, long power, long originServerTs, EventId eventId) {}

  /// "... by sorting the events using Kahn's algorithm for topological sorting, and at each step
  /// selecting, among all the candidate vertices, the smallest vertex using the above comparison
  /// relation."
  List<Integer> sort(BitSet events) {
    Map<Integer, List<Integer>> children = new HashMap<>();
    Map<Integer, Integer> parentsToCome = new HashMap<>();
    PriorityQueue<Candidate> candidates = new PriorityQueue<>(SMALLEST_FIRST);
    for (int event = events.nextSetBit(0); event >= 0; event = events.nextSetBit(event + 1)) {
      int parents = 0;
      for (int authEvent : graph.authEvents(event)) {
        if (!events.get(authEvent)) continue;
        parents++;
        children.computeIfAbsent(authEvent, _ -> new ArrayList<>()).add(event);
      }
      if (parents == 0) candidates.add(candidate(event));
      else parentsToCome.put(event, parents);
    }

    List<Integer> sorted = new ArrayList<>();
    while (!candidates.isEmpty()) {
      int event = candidates.remove().event();
      sorted.add(event);
      for (int child : children.getOrDefault(event, List.of())) {
        if (parentsToCome.merge(child, -1, Integer::sum) == 0) candidates.add(candidate(child));
      }
    }
    return sorted;
  }

  private Candidate candidate(int ordinal) {
    Event event = graph.event(ordinal);
    OptionalInt levels = links.powerLevels(ordinal);
    long power =
        PowerLevels.of(graph.create(), levels.isPresent() ? graph.event(levels.getAsInt()) : null)
            .user(event.sender());
    return new Candidate(ordinal, power, event.originServerTs(), event.eventId());
  }
}
