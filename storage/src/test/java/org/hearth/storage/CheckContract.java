package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.AccountChange;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.check.ClearBytes;
import org.hearth.storage.check.DatabaseCheck;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.copy.TableShape;
import org.hearth.storage.copy.TableShape.Kind;
import org.junit.jupiter.api.Test;

/// `hearth db check` finds what is wrong, and nothing else.
abstract class CheckContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");

  private DatabaseCheck.Report check() {
    return storage().check(directory.resolve("media"), Progress.NONE);
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

  private void makeAlice() {
    write(
        new AccountChange.Created(new Account(ALICE, "hash", true, false, false, false, 7)),
        new AccountChange.DeviceSaved(ALICE, "PHONE", "my phone"),
        new AccountChange.DeviceSeen(ALICE, "PHONE", "10.0.0.1", 42),
        new ProfileChange(ALICE, "displayname", Json.toTree("Alice")));
  }

  private String wrong() {
    return told(check().findings().stream().filter(DatabaseCheck.Finding::severe));
  }

  private static String told(Stream<DatabaseCheck.Finding> findings) {
    return findings
        .map(finding -> finding.what() + " " + finding.count() + " " + finding.examples())
        .collect(Collectors.joining("\n"));
  }

  @Test
  void whatTheLedgerWroteIsSound() {
    makeAlice();
    var report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.opened()).isEqualTo(3);
    assertThat(report.position()).isEqualTo(4);
  }

  @Test
  void valuesThatDoNotOpenAreFound() {
    makeAlice();
    sql("UPDATE device SET seen_ip = display_name");
    assertThat(wrong())
        .isEqualTo("values of device.seen_ip that cannot be opened 1 [@alice:a.example|PHONE]");
    sql("DELETE FROM sealing_key WHERE scope LIKE 'a@%'");
    reopen();
    assertThat(wrong()).contains("profile_field.content").contains("device.display_name");
  }

  @Test
  void rowsThatBelongToNothingAreFound() {
    makeAlice();
    sql(
        "INSERT INTO room_event (room, ordinal, event_id, position, standing, depth, origin_ms, state_before,"
            + " state_after, room_state, auth, redacted_by, clear, heads)"
            + " SELECT 8, 1, '$e', 2, 0, 1, 1, 1, 1, 3, wrapped, 0, wrapped, wrapped FROM sealing_key WHERE scope = 'canary'");
    sql("INSERT INTO room_server (room, server, since, until) VALUES (7, 'b.example', 1, 2)");
    sql("INSERT INTO room (number, room_id, version) VALUES (8, '!r:a.example', '12')");
    sql("INSERT INTO receipt VALUES ('!r:a.example', '@a:b', 'm.read', '', '$e', 1, 99)");
    sql("DELETE FROM account");
    assertThat(wrong())
        .contains("rows of room_server whose room does not exist 1 [7]")
        .contains("heads of rooms that are not there")
        .contains("rooms whose state is not there 1 [8]")
        .contains("rows of receipt that come after the end of the ledger 1 [99]")
        .contains("rows of device whose account does not exist 1 [@alice:a.example]");
  }

  /// A purge takes the room and its keys first, then rows in portions; a backup or a check in
  /// between sees a part of them.
  @Test
  void whatAPurgeHasNotTakenYetIsNoFinding() {
    makeAlice();
    sql(
        "INSERT INTO room_relation (room, target, ordinal, rel_type) SELECT 7, '$e', 1, wrapped FROM sealing_key WHERE scope = 'canary'");
    sql("INSERT INTO room_redaction (room, target, ordinal) VALUES (7, '$e', 1)");
    sql(
        "INSERT INTO event_expiry (room, ordinal, event_id, due_ms, after_read_ms) VALUES (7, 1, '$e', 5, 0)");
    sql(
        "INSERT INTO room_alias (alias, room_id, creator, position) VALUES ('#r:a', '!r:a', '@a:b', 1)");
    sql(
        "INSERT INTO room_awaited_key (room_id, event_id, position, origin, server) VALUES ('!r:a', '$e', 1, 'b', 'b')");
    sql(
        "INSERT INTO room_staged (room_id, event_id, origin, position, received_ms, pdu) SELECT '!r:a', '$f', 'b', 1, 5, wrapped FROM sealing_key WHERE scope = 'canary'");
    assertThat(told(check().findings().stream()))
        .contains("rows of room_relation whose room does not exist 1 [7]")
        .contains("rows of room_relation whose event does not exist 1 [1]")
        .contains("rows of room_redaction whose event does not exist 1 [1]")
        .contains("rows of event_expiry whose event does not exist 1 [1]")
        .contains("aliases of rooms that do not exist 1 [#r:a]")
        .contains("events that wait for a key and are not staged 1 [$e]")
        .contains("values of room_staged.pdu that cannot be opened 1 [!r:a|$f]");
    sql(
        "INSERT INTO room_purge (id, room_id, kind, status, room, before_depth, started_ms, ended_ms, rows_removed, detail)"
            + " VALUES ('p', '!r:a', 'ROOM', 'REMOVING', 7, 0, 1, 0, 0, '{}')");
    assertThat(check().findings()).isEmpty();
    sql("UPDATE room_purge SET ended_ms = 9");
    assertThat(wrong()).contains("rows of room_relation whose room does not exist 1 [7]");
  }

  @Test
  void aSchemaThatIsNotWhatMigrationsMakeIsFound() {
    sql("DROP INDEX room_event_by_depth");
    sql("ALTER TABLE device ADD COLUMN colour INTEGER");
    assertThat(wrong())
        .contains("indexes that are missing 1 [room_event_by_depth]")
        .contains("tables that are not as they should be 1 [device]");
    sql("DELETE FROM \"schema_history\" WHERE \"version\" = '0701'");
    assertThat(wrong()).contains("migrations that are missing 1 [V0701__media.sql]");
  }

  /// So that nobody adds a column and forgets to say whether it is sealed.
  @Test
  void everyColumnOfBytesIsSealedOrClearOnPurpose() throws SQLException {
    var decided = new TreeSet<>(ClearBytes.COLUMNS);
    for (var column : Topics.sealedColumns()) decided.add(column.table() + "." + column.column());
    var all =
        storage()
            .database()
            .<TreeSet<String>>jdbc(
                connection -> {
                  var names = new TreeSet<String>();
                  for (var table : TableShape.of(connection)) {
                    assertThat(table.key()).as(table.name()).isNotEmpty();
                    for (var column : table.columns())
                      if (column.kind() == Kind.BYTES)
                        names.add(table.name() + "." + column.name());
                  }
                  return names;
                });
    assertThat(all).isEqualTo(decided);
    assertThat(Topics.sealedColumns()).extracting(SealedColumn::names).allMatch(n -> !n.isEmpty());
  }
}
