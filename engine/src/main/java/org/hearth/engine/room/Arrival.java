package org.hearth.engine.room;

import java.util.List;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// An event that has passed (or failed) the checks, on its way into a [RoomEntry].
///
/// @param event as it is to be stored: redacted if its content hash was wrong or a redaction waited
/// @param rejectedFor the refusing rule if it was rejected or soft-failed
/// @param stateBefore resolved from its ancestors
/// @param authOrdinals its auth events as far as known
/// @param known the outlier that it was until now
/// @param redactedBy ordinal of the redaction that waited for it; 0 if none
/// @param redaction what it does itself, if it is a redaction
/// @param missing previous events that are not known
/// @param referenced whether an accepted event comes after it, so that it is no head
record Arrival(
    Event event,
    RoomChange.Entrance entrance,
    StoredEvent.Standing standing,
    @Nullable String rejectedFor,
    long stateBefore,
    List<Integer> authOrdinals,
    @Nullable RoomEvent known,
    int redactedBy,
    RoomChange.@Nullable RedactionNote redaction,
    List<EventId> missing,
    @Nullable TransactionId transactionId,
    boolean outgoing,
    boolean referenced) {

  boolean isAccepted() {
    return standing == StoredEvent.Standing.ACCEPTED;
  }

  boolean changesState() {
    return event.isState()
        && standing != StoredEvent.Standing.REJECTED
        && standing != StoredEvent.Standing.OUTLIER;
  }
}
