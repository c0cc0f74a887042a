package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.room.RoomRules;

/// "1. Is a valid event, otherwise it is dropped. For an event to be valid, it must contain a
/// `room_id`, and it must comply with the event format of that room version."
final class FormatCheck {
  private FormatCheck() {}

  static Outcome<Event> read(ObjectNode pdu, RoomRules rules) {
    try {
      return Outcome.done(EventReader.read(pdu, rules));
    } catch (MalformedEvent e) {
      return Outcome.refused(
          ErrorCode.M_BAD_JSON, "The event is malformed: " + e.getMessage() + ".");
    }
  }
}
