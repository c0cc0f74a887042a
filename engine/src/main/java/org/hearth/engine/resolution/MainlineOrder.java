package org.hearth.engine.resolution;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.hearth.schemas.id.EventId;

/// "Let P = P₀ be an `m.room.power_levels` event. Starting with i = 0, repeatedly fetch Pᵢ₊₁, the
/// `m.room.power_levels` event in the `auth_events` of Pᵢ. ... The *mainline of P₀* is the list of
/// events [P₀, P₁, ..., Pₙ], fetched in this way."
///
/// "The *mainline ordering based on P* of a set of events is the ordering, from smallest to
/// largest, ... x < y if
/// 1. the mainline position of x is **greater** than the mainline position of y; or
/// 2. the mainline positions of the events are the same, but x's `origin_server_ts` is *less* than
///    y's `origin_server_ts`; or
/// 3. the mainline positions of the events are the same and the events have the same
///    `origin_server_ts`, but x's `event_id` is *less* than y's `event_id`."
final class MainlineOrder {
  private static final int INFINITE = Integer.MAX_VALUE;

  private static final Comparator<Placed> SMALLEST_FIRST =
      Comparator.comparingInt(Placed::position)
          .reversed()
          .thenComparingLong(Placed::originServerTs)
          .thenComparing(Placed::eventId);

  private final EventGraph graph;
  private final AuthLinks links;

  /// The index of each power levels event of the mainline, and of those whose way to it was found
  /// already.
  private final Map<Integer, Integer> positions = new HashMap<>();

  /// @param powerLevels P₀; empty if the room has no power levels, so that all positions are the
  ///   same
  MainlineOrder(OptionalInt powerLevels, EventGraph graph, AuthLinks links) {
    this.graph = graph;
    this.links = links;
    int index = 0;
    for (OptionalInt p = powerLevels; p.isPresent(); p = links.powerLevels(p.getAsInt())) {
      positions.put(p.getAsInt(), index++);
    }
  }

  private record Placed(int event, int position, long originServerTs, EventId eventId) {}

  List<Integer> sort(BitSet events) {
    return events.stream()
        .mapToObj(this::placed)
        .sorted(SMALLEST_FIRST)
        .map(Placed::event)
        .toList();
  }

  private Placed placed(int event) {
    return new Placed(
        event, position(event), graph.event(event).originServerTs(), graph.event(event).eventId());
  }

  /// "Find the smallest index j ≥ 1 for which eⱼ belongs to the mainline of P. If such a j exists,
  /// then eⱼ = Pᵢ for some unique index i ≥ 0. Otherwise set i = ∞". The event itself, e₀, does not
  /// count.
  private int position(int event) {
    List<Integer> passed = new ArrayList<>();
    OptionalInt levels = links.powerLevels(event);
    while (levels.isPresent() && !positions.containsKey(levels.getAsInt())) {
      passed.add(levels.getAsInt());
      levels = links.powerLevels(levels.getAsInt());
    }
    int position =
        levels.isPresent() ? positions.getOrDefault(levels.getAsInt(), INFINITE) : INFINITE;
    for (int each : passed) positions.put(each, position);
    return position;
  }
}
