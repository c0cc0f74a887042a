package org.hearth.engine.auth;

import static org.hearth.engine.auth.Verdict.allow;
import static org.hearth.engine.auth.Verdict.reject;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;

/// "Considering the event's `auth_events`": rule 2 of room versions 1 to 11 and rule 3 of [version
/// 12](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules). They hold for an event from
/// elsewhere, once the events it names are at hand.
public final class AuthEventsRules {
  private AuthEventsRules() {}

  /// @param authEvents the events that `event.authEvents()` names, all of them
  /// @param wasRejected whether an event among them was rejected when it came
  public static Verdict check(
      Event event, Collection<Event> authEvents, Predicate<Event> wasRejected) {
    // Rule 1 ends with "allow" before these are considered; the selection for a create event is
    // empty.
    Set<StateKey> selected = AuthEventSelection.select(event);
    Set<StateKey> seen = new HashSet<>();
    for (Event authEvent : authEvents) {
      // "If there are entries whose type and state_key don't match those specified by the auth
      // events selection algorithm described in the server specification, reject."
      if (!authEvent.isState()) return reject(Rule.AUTH_EVENTS_ARE_AS_SELECTED);

      // "If there are duplicate entries for a given type and state_key pair, reject."
      StateKey key = authEvent.stateKeyPair();
      if (!seen.add(key)) return reject(Rule.AUTH_EVENTS_HAVE_NO_DUPLICATES);
      if (!selected.contains(key)) return reject(Rule.AUTH_EVENTS_ARE_AS_SELECTED);

      // "If there are entries which were themselves rejected under the checks performed on receipt
      // of a PDU, reject."
      if (wasRejected.test(authEvent)) return reject(Rule.AUTH_EVENTS_WERE_ACCEPTED);

      // "If any event in auth_events has a room_id which does not match that of the event being
      // authorised, reject."
      if (!authEvent.roomId().equals(event.roomId())) {
        return reject(Rule.AUTH_EVENTS_ARE_OF_THE_ROOM);
      }
    }
    // "If there is no m.room.create event among the entries, reject."
    if (selected.contains(StateKey.CREATE) && !seen.contains(StateKey.CREATE)) {
      return reject(Rule.AUTH_EVENTS_NAME_THE_CREATE_EVENT);
    }
    return allow();
  }
}
