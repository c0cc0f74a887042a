package org.hearth.engine.room;

import org.hearth.schemas.id.UserId;

/// A client's [transaction
/// identifier](https://spec.matrix.org/v1.19/client-server-api/#transaction-identifiers), scoped to
/// the device (by specification) and the room.
public record TransactionId(UserId userId, String deviceId, String id) {}
