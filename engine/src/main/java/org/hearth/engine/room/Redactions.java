package org.hearth.engine.room;

import java.util.List;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.jspecify.annotations.Nullable;

/// When a redaction takes effect: [handling
/// redactions](https://spec.matrix.org/v1.19/rooms/v3/#handling-redactions).
final class Redactions {
  private Redactions() {}

  /// What an accepted redaction does on arrival; null for other events.
  static RoomChange.@Nullable RedactionNote note(RoomData data, Event event, long stateBefore) {
    var id = event.redacts().orElse(null);
    if (id == null) return null;
    var target = data.eventById(id);
    if (target == null) return new RoomChange.RedactionNote(id, 0);
    boolean applies =
        target.redactedBy() == 0
            && !target.isRejected()
            && permits(data, event, target.event(), stateBefore);
    return new RoomChange.RedactionNote(id, applies ? target.ordinal() : 0);
  }

  /// "They should not be sent to clients until both the redaction event and the event the redaction
  /// affects have been received, and can be validated. ... If the server would apply a redaction,
  /// the redaction event is also sent to clients." A client that saw it would hide the target.
  ///
  /// Reads what is committed. In room versions whose authorisation rules decide about redactions,
  /// they have.
  static boolean isHeldBack(RoomData data, RoomEvent redaction) {
    var event = redaction.event();
    var id = event.redacts().orElse(null);
    if (id == null || event.rules().redactionsAuthorised()) return false;
    var target = data.memory().events(List.of(id)).get(id);
    return target == null
        || !target.room().equals(data.key())
        || target.isRejected()
        || !permits(data, event, target.event(), redaction.stateBefore());
  }

  /// A local user's redaction of a known target that is not their own, without the power for it.
  /// The rule of the room lets users of one server redact each other, so that their server may
  /// decide; this server leaves it to those with the "redact" power.
  static boolean isFutile(RoomData data, Event event, long stateBefore) {
    var id = event.redacts().orElse(null);
    if (id == null) return false;
    var target = data.eventById(id);
    if (target == null) return false;
    if (!event.roomId().equals(target.event().roomId())) return true;
    return !event.sender().equals(target.event().sender())
        && !mayRedactOthers(data, event, stateBefore);
  }

  /// "The power level of the redaction event's sender is greater than or equal to the redact level"
  /// or "the domain of the redaction event's sender matches that of the original event's sender".
  static boolean permits(RoomData data, Event redaction, Event target, long stateBefore) {
    if (!redaction.roomId().equals(target.roomId())) return false;
    // Checked by the authorisation rules.
    if (redaction.rules().redactionsAuthorised()) return true;
    if (redaction.sender().serverName().equals(target.sender().serverName())) return true;
    return mayRedactOthers(data, redaction, stateBefore);
  }

  private static boolean mayRedactOthers(RoomData data, Event redaction, long stateBefore) {
    var state = data.state(stateBefore, List.of(StateKey.CREATE, StateKey.POWER_LEVELS));
    var create = state.get(StateKey.CREATE);
    if (create == null) return false;
    var levels = state.get(StateKey.POWER_LEVELS);
    var powers = PowerLevels.of(create.event(), levels == null ? null : levels.event());
    return powers.user(redaction.sender()) >= powers.redact();
  }
}
