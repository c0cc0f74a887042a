package org.hearth.engine.room;

import java.util.List;
import org.hearth.schemas.event.Event;
import org.jspecify.annotations.Nullable;

/// An event with its place in its room, as the engine and storage exchange it. [StoredEvent] is the
/// part that others see.
///
/// @param ordinal counts the room's events from 1, in the order in which this server came to know
///   them; auth events are below those that they authorise
/// @param position in the server's stream; 0 if not (yet) in it: outliers, backfilled events, and
///   what is not durable yet
/// @param stateBefore root of the state before the event; 0 for outliers
/// @param stateAfter the same if it is no state event or was rejected
/// @param roomState root of the room's current state once this event was appended; 0 if it has no
///   position
/// @param authOrdinals of those auth events that are known
/// @param redactedBy ordinal of the redaction that applies; 0 if none, -1 if the content is gone
///   without one
public record RoomEvent(
    RoomKey room,
    int ordinal,
    Event event,
    long position,
    StoredEvent.Standing standing,
    long stateBefore,
    long stateAfter,
    long roomState,
    List<Integer> authOrdinals,
    int redactedBy,
    @Nullable TransactionId transactionId) {

  public RoomEvent {
    authOrdinals = List.copyOf(authOrdinals);
  }

  /// Its place in the DAG is not known, also if it was rejected by its auth events already.
  boolean isOutlier() {
    return switch (standing) {
      case ACCEPTED, SOFT_FAILED -> false;
      case REJECTED -> stateBefore == 0 && !event.prevEvents().isEmpty();
      case OUTLIER -> true;
    };
  }

  boolean isAccepted() {
    return standing == StoredEvent.Standing.ACCEPTED;
  }

  boolean isRejected() {
    return standing == StoredEvent.Standing.REJECTED;
  }

  RoomEvent at(long position) {
    return new RoomEvent(
        room,
        ordinal,
        event,
        position,
        standing,
        stateBefore,
        stateAfter,
        roomState,
        authOrdinals,
        redactedBy,
        transactionId);
  }

  /// @param redacted what is left of the event
  RoomEvent redacted(Event redacted, int by) {
    return new RoomEvent(
        room,
        ordinal,
        redacted,
        position,
        standing,
        stateBefore,
        stateAfter,
        roomState,
        authOrdinals,
        by,
        transactionId);
  }
}
