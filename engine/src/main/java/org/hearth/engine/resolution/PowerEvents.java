package org.hearth.engine.resolution;

import java.util.BitSet;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;

/// "A *power event* is a state event with type `m.room.power_levels` or `m.room.join_rules`, or a
/// state event with type `m.room.member` where the `membership` is `leave` or `ban` and the
/// `sender` does not match the `state_key`." The create event counts as one too, as on the rest of
/// the network.
final class PowerEvents {
  private PowerEvents() {}

  /// "Select the set X of all power events that appear in the full conflicted set. For each such
  /// power event P, enlarge X by adding the events in the auth chain of P which also belong to the
  /// full conflicted set." The chain is followed within the set, as all known implementations do.
  static BitSet withAuthChainsAmong(BitSet fullConflictedSet, EventGraph graph) {
    BitSet selected = new BitSet();
    for (int event = fullConflictedSet.length() - 1;
        event >= 0;
        event = fullConflictedSet.previousSetBit(event - 1)) {
      if (!selected.get(event) && !isPowerEvent(graph.event(event))) continue;
      selected.set(event);
      for (int authEvent : graph.authEvents(event)) {
        if (fullConflictedSet.get(authEvent)) selected.set(authEvent);
      }
    }
    return selected;
  }

  static boolean isPowerEvent(Event event) {
    if (event.type().equals(EventType.MEMBER)) {
      String membership = event.membership().orElse("");
      boolean removes = membership.equals("leave") || membership.equals("ban");
      return removes && event.stateKey().filter(event.sender().value()::equals).isEmpty();
    }
    return event.isState(StateKey.POWER_LEVELS)
        || event.isState(StateKey.JOIN_RULES)
        || event.isState(StateKey.CREATE);
  }
}
