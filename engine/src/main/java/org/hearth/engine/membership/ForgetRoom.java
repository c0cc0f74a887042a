package org.hearth.engine.membership;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// The user no longer wants to see the room; a new invite or join brings it back.
public record ForgetRoom(UserId userId, RoomId roomId) implements Change {}
