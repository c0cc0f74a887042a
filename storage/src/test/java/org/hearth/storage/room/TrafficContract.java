package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.hearth.engine.room.OutgoingStore;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StagingStore;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

/// What comes from other servers and waits, and what goes to them, on both databases.
@ContractOf({StoredStaging.class, StoredOutgoing.class, StoredErasure.class})
abstract class TrafficContract extends StorageTest {
  private static final RoomId ROOM = RoomId.parse("!room:here.example");
  private static final RoomId OTHER = RoomId.parse("!other:here.example");
  private static final ServerName US = new ServerName("here.example");
  private static final ServerName THERE = new ServerName("there.example");
  private static final ServerName GONE = new ServerName("gone.example");

  private StoredStaging staging() {
    return new StoredStaging(storage().database(), storage().sealing());
  }

  private static RoomChange.StageEvent stage(RoomId room, String id) {
    byte[] pdu = ("{\"content\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8);
    return new RoomChange.StageEvent(room, new EventId(id), THERE, pdu, 42);
  }

  @Test
  void stagedEventsComeInOrderUntilTheyAreWorkedIn() {
    write(stage(ROOM, "$b"), stage(OTHER, "$x"), stage(ROOM, "$a"));
    write(stage(ROOM, "$b"));
    reopen();
    assertThat(staging().rooms(10)).containsExactlyInAnyOrder(ROOM, OTHER);
    var staged = staging().staged(ROOM, 0, 10);
    assertThat(staged)
        .extracting(StagingStore.Staged::eventId)
        .containsExactly(new EventId("$b"), new EventId("$a"));
    assertThat(new String(staged.getFirst().pdu(), StandardCharsets.UTF_8)).contains("$b");
    assertThat(staging().staged(ROOM, staged.getFirst().position(), 10)).hasSize(1);
    assertThat(staging().staged(ROOM, 0, 1)).hasSize(1);

    write(new RoomChange.UnstageEvent(ROOM, new EventId("$b"), staged.getFirst().position()));
    assertThat(staging().staged(ROOM, 0, 10)).hasSize(1);
    long other = staging().staged(OTHER, 0, 1).getFirst().position();
    write(new RoomChange.UnstageEvent(OTHER, new EventId("$x"), other));
    assertThat(staging().rooms(10)).containsExactly(ROOM);
  }

  /// An event's ID does not cover its signatures: a copy that waits for a key may be anybody's.
  @Test
  void aCheckedCopyTakesThePlaceOfOneThatWaitsForAKey() {
    var id = new EventId("$a");
    write(stage(ROOM, "$a"), new RoomChange.AwaitKey(ROOM, id, THERE, GONE));
    long before = staging().staged(ROOM, 0, 10).getFirst().position();
    write(
        new RoomChange.UnstageUnchecked(ROOM, id),
        new RoomChange.StageEvent(ROOM, id, GONE, new byte[] {1}, 42),
        new RoomChange.KeyAwaitedNoMore(ROOM, id));
    assertThat(staging().staged(ROOM, 0, 10))
        .extracting(StagingStore.Staged::origin)
        .containsExactly(GONE);
    assertThat(staging().awaitingKeys(ROOM)).isEmpty();

    // Whoever read the other copy does not remove this one, and one that was checked stays.
    write(new RoomChange.UnstageEvent(ROOM, id, before));
    write(new RoomChange.UnstageUnchecked(ROOM, id), stage(ROOM, "$a"));
    assertThat(staging().staged(ROOM, 0, 10))
        .extracting(StagingStore.Staged::origin)
        .containsExactly(GONE);
  }

  @Test
  void aTransactionIsAnsweredAsBefore() {
    assertThat(staging().answered(THERE, "1")).isEmpty();
    write(new RoomChange.RememberInbound(THERE, "1", new byte[] {7}, 1000));
    assertThat(staging().answered(THERE, "1")).hasValueSatisfying(a -> assertThat(a).contains(7));
    assertThat(staging().answered(GONE, "1")).isEmpty();
    write(new RoomChange.ForgetTransactions(2000));
    assertThat(staging().answered(THERE, "1")).isEmpty();
  }

  /// "Servers with joined members at the event, before or after it."
  @Test
  void eventsGoToTheServersThatWereThere() {
    sql("INSERT INTO room (number, room_id, version) VALUES (1, '!room:here.example', '11')");
    long always = Long.MAX_VALUE;
    sql(
        "INSERT INTO room_server (room, server, since, until) VALUES (1, 'here.example', 1, "
            + always
            + ")");
    sql(
        "INSERT INTO room_server (room, server, since, until) VALUES (1, 'there.example', 5, "
            + always
            + ")");
    sql("INSERT INTO room_server (room, server, since, until) VALUES (1, 'gone.example', 1, 4)");
    for (int position : new int[] {3, 7, 9})
      sql(
          "INSERT INTO room_outgoing (position, room, ordinal) VALUES (%d, 1, %d)"
              .formatted(position, position));
    var outgoing = new StoredOutgoing(storage().database());

    var rows = outgoing.outgoing(0, 8, 10);

    assertThat(rows).extracting(OutgoingStore.Row::position).containsExactly(3L, 7L);
    assertThat(rows.getFirst().servers()).isEqualTo(Set.of(US, GONE));
    assertThat(rows.getLast().servers()).isEqualTo(Set.of(US, THERE));
    assertThat(rows.getLast().room().id()).isEqualTo(ROOM);
    assertThat(outgoing.outgoing(3, 9, 1))
        .extracting(OutgoingStore.Row::position)
        .containsExactly(7L);
    assertThat(outgoing.outgoing(THERE, 0, 9, 10))
        .extracting(OutgoingStore.Row::position)
        .containsExactly(7L, 9L);
    assertThat(outgoing.outgoing(GONE, 0, 9, 10)).hasSize(1);
  }

  /// Who was erased, and who was there before, which still may read.
  @Test
  void whoWasErasedAndWhoWasThereBefore() {
    var alice = UserId.parse("@alice:here.example");
    var erasure = new StoredErasure(storage().database());
    sql(
        "INSERT INTO account (user_id, administrator, deactivated, locked, suspended, created_ms, erased_at)"
            + " VALUES ('@alice:here.example', FALSE, TRUE, FALSE, FALSE, 1, 8)");
    sql(
        "INSERT INTO user_room_change (user_id, position, room_id, membership, event_id, sender)"
            + " VALUES ('@alice:here.example', 5, '!room:here.example', 'join', '$e', '@alice:here.example')");
    sql("INSERT INTO room_server (room, server, since, until) VALUES (1, 'there.example', 5, 9)");
    var room = new RoomKey(1, ROOM, RoomVersion.parse("11").rules());

    assertThat(erasure.erasedAt(alice)).hasValue(8);
    assertThat(erasure.erasedAt(UserId.parse("@bob:here.example"))).isEmpty();
    assertThat(erasure.joinedBy(alice, ROOM, 5)).isTrue();
    assertThat(erasure.joinedBy(alice, ROOM, 4)).isFalse();
    assertThat(erasure.joinedBy(alice, OTHER, 5)).isFalse();
    assertThat(erasure.joinedBy(THERE, room, 5)).isTrue();
    assertThat(erasure.joinedBy(THERE, room, 4)).isFalse();
    assertThat(erasure.joinedBy(GONE, room, 5)).isFalse();
  }

  private void sql(String sql) {
    storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.execute(sql);
              }
            });
  }
}
