package org.hearth.engine.room;

import org.hearth.schemas.event.Event;
import org.jspecify.annotations.Nullable;

/// An event as this server keeps it.
///
/// @param event after redaction, if a redaction applies
/// @param position where it stands in the server's stream; 0 for outliers and backfilled events,
///   which /sync never shows
/// @param standing how far it got in the checks on receipt
/// @param redactedBecause the redaction that applies; null if none
/// @param transactionId what the sending device called it, for that device's eyes only; null for
///   others' events
public record StoredEvent(
    Event event,
    long position,
    Standing standing,
    @Nullable Event redactedBecause,
    @Nullable TransactionId transactionId) {

  /// [Checks performed on receipt of a
  /// PDU](https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu)
  public enum Standing {
    ACCEPTED,
    /// In the DAG and in state resolution, but not a forward extremity and not shown by itself.
    SOFT_FAILED,
    /// In the DAG only; it changes nothing and is never shown.
    REJECTED,
    /// Known (as an auth event or in a state), but its place in the DAG is not.
    OUTLIER
  }
}
