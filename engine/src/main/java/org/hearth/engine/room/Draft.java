package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// An event that a local user wants to be: the room adds its place in the DAG, hashes and
/// signatures.
///
/// @param stateKey null for a message
/// @param redacts the target of an `m.room.redaction`; null otherwise. The room version decides
///   where it is written
/// @param originServerTs milliseconds; null for now. Application services may set it
/// @param transactionId the draft is sent at most once for it; null for events without one
public record Draft(
    UserId sender,
    String type,
    @Nullable String stateKey,
    ObjectNode content,
    @Nullable EventId redacts,
    @Nullable Long originServerTs,
    @Nullable TransactionId transactionId) {

  public static Draft state(UserId sender, String type, String stateKey, ObjectNode content) {
    return new Draft(sender, type, stateKey, content, null, null, null);
  }

  public static Draft message(
      UserId sender, String type, ObjectNode content, @Nullable TransactionId transactionId) {
    return new Draft(sender, type, null, content, null, null, transactionId);
  }
}
