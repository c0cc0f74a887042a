package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
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

  /// @param known at least all events that the event names
  /// @param create the room's create event; null only if the event is it
  static Verdict check(Event event, Map<EventId, RoomEvent> known, @Nullable Event create) {
    // Each as often as it is named, and in that order: one that is named twice is a duplicate.
    var named = new ArrayList<Event>();
    for (var id : event.authEvents()) named.add(Objects.requireNonNull(known.get(id)).event());
    var verdict =
        AuthEventsRules.check(
            event, named, auth -> Objects.requireNonNull(known.get(auth.eventId())).isRejected());
    if (!verdict.isAllowed()) return verdict;
    var state = AuthState.of(named);
    return AuthRules.check(
        event, event.rules(), key -> key.equals(StateKey.CREATE) ? create : state.get(key));
  }
}
