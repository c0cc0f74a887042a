package org.hearth.engine.directory;

import org.hearth.engine.room.RemoteRooms;
import org.hearth.engine.room.Rooms;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;

/// What aliases and the list of public rooms are made of.
///
/// @param powers who may change how a room is found
public record Directory(
    ServerName serverName,
    DirectoryStore store,
    Rooms rooms,
    RemoteRooms remoteRooms,
    Powers powers,
    Ledger ledger) {}
