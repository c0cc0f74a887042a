package org.hearth.engine.directory;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// A local alias points to a room from now on.
public record PutAlias(RoomAlias alias, RoomId roomId, UserId creator) implements Change {}
