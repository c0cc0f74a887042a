package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.AccountChange;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.ContractOf;
import org.hearth.storage.account.StoredDepartures;
import org.junit.jupiter.api.Test;

/// What a database keeps beside the contract of rooms.
@ContractOf(StoredDepartures.class)
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

  @Test
  void departuresThatWereCutOffAreFound() {
    var departures = new StoredDepartures(storage().database());
    var room = createRoom(RoomVersion.V12);
    member(room, BOB, "join");
    for (var user : List.of(ALICE, BOB))
      ledger()
          .write(
              new AccountChange.Created(new Account(user, "hash", false, false, false, false, 7)));
    assertThat(departures.users("", 10)).isEmpty();

    for (var user : List.of(ALICE, BOB)) ledger().write(new AccountChange.Deactivated(user, false));
    assertThat(departures.users("", 10)).containsExactly(ALICE, BOB);
    assertThat(departures.users("", 1)).containsExactly(ALICE);
    assertThat(departures.users(ALICE.value(), 10)).containsExactly(BOB);

    member(room, BOB, "leave");
    assertThat(departures.users("", 10)).containsExactly(ALICE);
  }
}
