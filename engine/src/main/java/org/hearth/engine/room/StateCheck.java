package org.hearth.engine.room;

import org.hearth.engine.auth.AuthEventSelection;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.Verdict;
import org.hearth.schemas.event.Event;

/// "5. Passes authorization rules based on the state before the event, otherwise it is rejected."
/// "6. Passes authorization rules based on the current state of the room, otherwise it is
/// soft-failed."
final class StateCheck {
  private StateCheck() {}

  static Verdict check(RoomData data, Event event, long state) {
    var keys = LocalEvents.withCreate(AuthEventSelection.select(event));
    return AuthRules.check(event, event.rules(), LocalEvents.authState(data.state(state, keys)));
  }
}
