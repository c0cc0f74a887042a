package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.hearth.engine.room.Draft;
import org.hearth.engine.verify.Finding;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.RoomVerification;
import org.hearth.engine.verify.StateExplanation;
import org.hearth.engine.verify.VerificationReport;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.ContractOf;
import org.junit.jupiter.api.Test;

/// `hearth room verify` on a real database: a sound room is sound, and each damage is named.
@ContractOf(StoredRoomRows.class)
abstract class VerificationContract extends RoomStorageTest {

  VerificationReport verify(RoomId room) {
    var verification =
        RoomVerification.of(
                room,
                new StoredRoomRows(storage().database(), storage().sealing(), US),
                new StoredRooms(storage().database(), storage().sealing()),
                (server, id, _, _) ->
                    server.equals(US) && id.equals(key.id())
                        ? Optional.of(key.verifyKey())
                        : Optional.empty(),
                US)
            .orElseThrow();
    while (verification.step()) assertThat(verification.done()).isPositive();
    return verification.report();
  }

  private RoomId busyRoom(RoomVersion version) {
    var room = createRoom(version);
    for (int i = 0; i < 5; i++) send(room, ALICE, "words " + i, "t" + i);
    append(room, Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "join")));
    var target = send(room, BOB, "to be redacted", "bob1");
    var reaction = Json.object();
    reaction
        .putObject("m.relates_to")
        .put("rel_type", "m.annotation")
        .put("event_id", target.value())
        .put("key", "x");
    append(room, Draft.message(ALICE, "m.reaction", reaction, null));
    append(room, new Draft(ALICE, "m.room.redaction", null, Json.object(), target, null, null));
    append(room, Draft.state(ALICE, "m.room.topic", "", content("topic", "changed")));
    append(room, Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "leave")));
    return room;
  }

  private EventId append(RoomId room, Draft draft) {
    return done(engine.appends().append(room, List.of(draft), List.of())).getFirst();
  }

  @FunctionalInterface
  interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  /// Changes rows behind everybody's back.
  private void damage(String sql, Binding binding) {
    int changed =
        storage()
            .database()
            .jdbc(
                connection -> {
                  try (var statement = connection.prepareStatement(sql)) {
                    binding.bind(statement);
                    return statement.executeUpdate();
                  }
                });
    assertThat(changed).as(sql).isPositive();
  }

  private void damage(String sql) {
    damage(sql, _ -> {});
  }

  private Consumer<VerificationReport> names(Kind kind) {
    return report -> {
      assertThat(report.sound()).isFalse();
      assertThat(report.findings()).as("findings").extracting(Finding::kind).contains(kind);
    };
  }

  @Test
  void aSoundRoomOfEachVersionIsSound() {
    for (var version : RoomVersion.values()) {
      var report = verify(busyRoom(version));
      assertThat(report.findings()).as("version %s", version).isEmpty();
      assertThat(report.sound()).isTrue();
      assertThat(report.signatures()).isGreaterThanOrEqualTo(15);
      assertThat(report.events()).containsEntry("accepted", report.signatures());
    }
  }

  @Test
  void aRoomThatIsNotStoredIsNotVerified() {
    var rows = new StoredRoomRows(storage().database(), storage().sealing(), US);
    assertThat(rows.facts(new RoomId("!nobody:here.example"))).isEmpty();
  }

  @Test
  void changedContentIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE room_event SET sealed = clear WHERE ordinal = 8");
    assertThat(verify(room)).satisfies(names(Kind.UNREADABLE_EVENT));
  }

  @Test
  void lostContentOfAnOwnEventIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE room_event SET sealed = NULL WHERE ordinal = 8");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_CONTENT_HASH));
  }

  @Test
  void contentThatARedactionShouldHaveTakenIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE room_event SET sealed = clear WHERE redacted_by <> 0");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_REDACTION));
  }

  @Test
  void aForgedSenderIsNamedByIdSignatureAndRule() {
    var room = busyRoom(RoomVersion.V11);
    damage(
        "UPDATE room_event SET clear = ? WHERE ordinal = 8",
        statement ->
            statement.setBytes(
                1,
                clear(8)
                    .replace("@alice:", "@mallory:")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(verify(room))
        .satisfies(names(Kind.WRONG_EVENT_ID))
        .satisfies(names(Kind.WRONG_SIGNATURE))
        .satisfies(names(Kind.WRONG_VERDICT));
  }

  private String clear(int ordinal) {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var query =
                  connection.prepareStatement("SELECT clear FROM room_event WHERE ordinal = ?")) {
                query.setInt(1, ordinal);
                try (var row = query.executeQuery()) {
                  row.next();
                  return new String(row.getBytes(1), java.nio.charset.StandardCharsets.UTF_8);
                }
              }
            });
  }

  @Test
  void aChangedAuthEdgeIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_event SET auth = ? WHERE ordinal = 8",
        statement -> statement.setBytes(1, EventCodec.ordinals(List.of(1))));
    assertThat(verify(room)).satisfies(names(Kind.WRONG_AUTH_EDGES));
  }

  @Test
  void aVanishedEventIsNamedByThoseThatFollowIt() {
    var room = busyRoom(RoomVersion.V12);
    damage("DELETE FROM room_event WHERE ordinal = 8");
    assertThat(verify(room)).satisfies(names(Kind.PREVIOUS_EVENT_MISSING));
  }

  @Test
  void aVanishedAuthEventIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("DELETE FROM room_event WHERE ordinal = 3");
    assertThat(verify(room))
        .satisfies(names(Kind.AUTH_EVENT_MISSING))
        .satisfies(names(Kind.WRONG_STATE_ENTRY));
  }

  @Test
  void aChangedRootBeforeAnEventIsNamedWithTheEntryThatDiffers() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_event SET state_before ="
            + " (SELECT e.state_before FROM room_event e WHERE e.ordinal = 3) WHERE ordinal = 8");
    assertThat(verify(room))
        .satisfies(names(Kind.WRONG_STATE_BEFORE))
        .satisfies(
            report ->
                assertThat(report.findings())
                    .extracting(Finding::text)
                    .anyMatch(text -> text.contains("m.room.power_levels is nothing")));
  }

  @Test
  void aChangedRootAfterAnEventIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_event SET state_after ="
            + " (SELECT e.state_after FROM room_event e WHERE e.ordinal = 3) WHERE ordinal = 8");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_STATE_AFTER));
  }

  @Test
  void aVanishedStateNodeIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("DELETE FROM room_node WHERE id = 3");
    assertThat(verify(room)).satisfies(names(Kind.STATE_NODE_MISSING));
  }

  @Test
  void aChangedStateNodeIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_node SET node ="
            + " (SELECT n.node FROM room_node n WHERE n.id = 5)"
            + " WHERE id = (SELECT MAX(m.id) FROM room_node m)");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_STATE_AFTER));
  }

  @Test
  void aChangedCurrentStateIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_event SET room_state ="
            + " (SELECT e.state_after FROM room_event e WHERE e.ordinal = 5)"
            + " WHERE position = (SELECT MAX(e.position) FROM room_event e)");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_CURRENT_STATE));
  }

  @Test
  void changedHeadsAreNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_event SET heads = ? WHERE position = (SELECT MAX(e.position) FROM room_event e)",
        statement -> statement.setBytes(1, EventCodec.ordinals(List.of(8))));
    assertThat(verify(room)).satisfies(names(Kind.WRONG_HEADS));
  }

  @Test
  void aChangedMembershipIsNamedInEachTable() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE room_member SET membership = 'ban' WHERE user_id = '" + BOB + "'");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_MEMBERSHIP));
  }

  @Test
  void aChangedListOfAUsersRoomsIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE user_room SET membership = 'join' WHERE user_id = '" + BOB + "'");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_MEMBERSHIP));
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE room_server SET server = 'elsewhere.example'");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_SERVERS));
  }

  @Test
  void aVerdictThatTheRulesDoNotGiveIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "UPDATE room_event SET standing = 2, rejected_for = 'SENDER_IS_JOINED' WHERE ordinal = 8");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_VERDICT));
  }

  @Test
  void lostAndDanglingRelationsAreNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage("UPDATE room_relation SET ordinal = 4711");
    assertThat(verify(room))
        .satisfies(names(Kind.WRONG_RELATION))
        .satisfies(names(Kind.DANGLING_ROW));
  }

  @Test
  void aGapThatIsNoneIsNamed() {
    var room = busyRoom(RoomVersion.V12);
    damage(
        "INSERT INTO room_gap (room, event_id, ordinal, depth)"
            + " SELECT room, event_id, 9, depth FROM room_event WHERE ordinal = 8");
    assertThat(verify(room)).satisfies(names(Kind.WRONG_GAP));
  }

  @Test
  void anEntryIsExplainedByTheEventThatSetIt() {
    var room = busyRoom(RoomVersion.V12);
    var explanation =
        StateExplanation.of(
                room,
                new StateKey("m.room.topic", ""),
                null,
                new StoredRoomRows(storage().database(), storage().sealing(), US),
                new StoredRooms(storage().database(), storage().sealing()))
            .orElseThrow();
    assertThat(explanation.merges()).isEmpty();
    assertThat(explanation.origin()).contains("The event itself set the entry", ALICE.value());
    assertThat(view(room).state("m.room.topic").eventId().value()).isEqualTo(explanation.winner());
  }
}
