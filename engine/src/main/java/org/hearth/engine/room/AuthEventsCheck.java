package org.hearth.engine.room;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.hearth.engine.auth.AuthEventsRules;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.engine.auth.Verdict;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// "4. Passes authorization rules based on the event's auth events, otherwise it is rejected."
final class AuthEventsCheck {
  private AuthEventsCheck() {}

  /// @param authEvents all that the event names
  /// @param create the room's create event; null only if the event is it
  static Verdict check(Event event, Collection<RoomEvent> authEvents, @Nullable Event create) {
    Set<EventId> rejected = new HashSet<>();
    for (var auth : authEvents) if (auth.isRejected()) rejected.add(auth.event().eventId());
    var events = authEvents.stream().map(RoomEvent::event).toList();
    var verdict = AuthEventsRules.check(event, events, auth -> rejected.contains(auth.eventId()));
    if (!verdict.isAllowed()) return verdict;
    var state = AuthState.of(events);
    return AuthRules.check(
        event, event.rules(), key -> key.equals(StateKey.CREATE) ? create : state.get(key));
  }
}
