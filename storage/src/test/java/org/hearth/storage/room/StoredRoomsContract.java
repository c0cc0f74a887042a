package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

/// What a database keeps beside the contract of rooms.
abstract class StoredRoomsContract extends RoomsContract {

  @Test
  void aTransactionIdThatAFormerVersionStoredIsKnown() throws Exception {
    var room = createRoom(RoomVersion.V12);
    var id = send(room, ALICE, "once", "now");
    storage()
        .database()
        .jdbc(
            connection -> {
              try (var insert =
                  connection.prepareStatement(
                      "INSERT INTO room_transaction (user_id, device_id, transaction_id, room, event_id, at_ms)"
                          + " SELECT ?, ?, ?, room, event_id, origin_ms FROM room_event WHERE event_id = ?")) {
                insert.setString(1, ALICE.value());
                insert.setString(2, "PHONE");
                insert.setString(3, "txn");
                insert.setString(4, id.value());
                return insert.executeUpdate();
              }
            });
    restart();
    assertThat(send(room, ALICE, "again", "txn")).as("before they are read").isEqualTo(id);
    restart();
    engine.recallTransactions();
    assertThat(send(room, ALICE, "again", "txn")).isEqualTo(id);
  }
}
