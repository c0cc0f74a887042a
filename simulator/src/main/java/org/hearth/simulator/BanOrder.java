package org.hearth.simulator;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;

/// How an event and a ban of its sender lie to each other.
final class BanOrder {
  private final Dag dag;
  private final PowerOracle powers;

  BanOrder(Dag dag) {
    this.dag = dag;
    powers = new PowerOracle(dag::event);
  }

  boolean isAfter(Event event, Event ban) {
    return dag.history(event.eventId()).contains(ban.eventId());
  }

  /// Beside the ban, and the ban wins: "x's sender has *greater* power level than y's sender".
  ///
  /// But no event is resolved before what authorises it. A ban that stands upon an event of
  /// somebody weaker (the invite of the banner, say), which the other does not stand upon, may come
  /// after the other: so the algorithm has it.
  boolean loses(Event event, Event ban) {
    if (dag.past(ban.eventId()).contains(event.eventId())) return false;
    var delaying = authChain(ban);
    delaying.removeAll(authChain(event));
    return delaying.stream()
        .map(dag::event)
        .noneMatch(below -> below != null && precedence().compare(event, below) < 0);
  }

  /// "... or the senders have the same power level, but x's `origin_server_ts` is *less* than y's".
  private Comparator<Event> precedence() {
    return Comparator.comparingLong(powers::power)
        .reversed()
        .thenComparingLong(Event::originServerTs)
        .thenComparing(Event::eventId);
  }

  /// Without the event itself.
  private Set<EventId> authChain(Event event) {
    var chain = new LinkedHashSet<EventId>();
    var open = new ArrayDeque<>(event.authEvents());
    while (!open.isEmpty()) {
      var next = dag.event(open.remove());
      if (next != null && chain.add(next.eventId())) open.addAll(next.authEvents());
    }
    return chain;
  }
}
