package org.hearth.storage.room;

import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.room.RoomEngine;
import org.hearth.storage.Database;

/// All that rooms read.
public final class RoomStores {
  private RoomStores() {}

  public static RoomEngine.Stores on(Database database, Sealing sealing) {
    return new RoomEngine.Stores(
        new StoredRooms(database, sealing),
        new StoredTimelines(database, sealing),
        new StoredMemberships(database, sealing),
        new StoredOutgoing(database),
        new StoredStaging(database, sealing),
        new StoredErasure(database));
  }
}
