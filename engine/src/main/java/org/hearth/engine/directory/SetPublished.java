package org.hearth.engine.directory;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.RoomId;

/// Whether the room stands in this server's directory.
public record SetPublished(RoomId roomId, boolean published) implements Change {}
