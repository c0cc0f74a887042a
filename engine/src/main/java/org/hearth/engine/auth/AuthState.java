package org.hearth.engine.auth;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// The state that an event is judged against: a room's state, or just the events in its
/// `auth_events`. Only keys that `AuthEventSelection` names for the event, and the create event,
/// are asked for.
///
/// The create event is to be there in every room version, also where events do not name it among
/// their `auth_events`.
@FunctionalInterface
public interface AuthState {
  /// Null if the state has no such event.
  @Nullable Event get(StateKey key);

  static AuthState of(Map<StateKey, Event> state) {
    return state::get;
  }

  /// Of state events; of two with the same key the later one counts.
  static AuthState of(Collection<Event> events) {
    Map<StateKey, Event> state = new HashMap<>();
    for (Event event : events) state.put(event.stateKeyPair(), event);
    return state::get;
  }

  default @Nullable Event create() {
    return get(StateKey.CREATE);
  }

  /// `join`, `invite`, `knock`, `ban`, or `leave` for all others, also for those who never were in
  /// the room.
  default String membership(UserId user) {
    Event member = get(StateKey.member(user));
    return member == null ? "leave" : member.membership().orElse("leave");
  }

  default boolean isJoined(UserId user) {
    return membership(user).equals("join");
  }

  /// `content.join_rule`; `invite` if there is none, empty if it is no string.
  default String joinRule() {
    Event rules = get(StateKey.JOIN_RULES);
    if (rules == null || !rules.content().has("join_rule")) return "invite";
    return rules.contentString("join_rule").orElse("");
  }
}
