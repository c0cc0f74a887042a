package org.hearth.engine.directory;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.RoomAlias;

public record RemoveAlias(RoomAlias alias) implements Change {}
