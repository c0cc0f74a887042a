package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.List;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.engine.userdata.UserDataChange;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.account.StoredProfiles;
import org.hearth.storage.account.StoredUserData;
import org.hearth.storage.copy.CopyRefused;
import org.hearth.storage.copy.DatabaseCopy;
import org.hearth.storage.copy.Progress;
import org.junit.jupiter.api.Test;

/// `hearth db copy` from one database to the other kind.
abstract class CopyContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");

  private DatabaseSettings target;

  private DatabaseSettings target() {
    if (target == null)
      target =
          this instanceof OnH2 ? Databases.postgres() : Databases.h2(directory.resolve("target"));
    return target;
  }

  private DatabaseCopy.Report copy(Progress progress, boolean last) {
    try (var into = BulkTarget.open(target().location())) {
      return DatabaseCopy.run(
          storage().database(), into, progress, last ? "the test's target" : null);
    }
  }

  private Storage openTarget() {
    return Storage.open(
        target(),
        StorageFixture.roots(),
        InstantSource.system(),
        StorageFixture.THROWING,
        StorageMetrics.NONE);
  }

  private void count(int number) {
    var value = Json.object().put("n", number);
    write(
        new ProfileChange(ALICE, "displayname", Json.toTree("n" + number)),
        new UserDataChange.AccountDataSet(ALICE, null, "m.count", value));
  }

  @Test
  void aFinishedCopyIsTheSameServer() {
    count(1);
    RandomRows.fill(storage().database(), 1, 20);

    var report = copy(Progress.NONE, true);

    assertThat(report.finished()).isTrue();
    assertThat(report.tables()).hasSizeGreaterThan(40);
    assertThat(report.tables())
        .filteredOn(one -> one.table().equals("room_event"))
        .singleElement()
        .satisfies(one -> assertThat(one.total().rows()).isEqualTo(20));
    try (var copied = openTarget()) {
      var profiles = new StoredProfiles(copied.database(), copied.sealing());
      assertThat(profiles.profile(ALICE).path("displayname").asText()).isEqualTo("n1");
      assertThat(copied.writer().resume().lastPosition()).isEqualTo(report.position());
    }
  }

  @Test
  void aSecondRunBringsOnlyWhatChanged() {
    count(1);
    RandomRows.fill(storage().database(), "room_event", 2, 1500);
    var first = copy(Progress.NONE, false);
    assertThat(first.finished()).isFalse();
    assertThat(first.chunksWritten()).isEqualTo(first.chunks());
    count(2);

    var second = copy(Progress.NONE, false);

    assertThat(second.chunksWritten()).isBetween(1L, 6L).isLessThan(second.chunks());
    RandomRows.stir(storage().database(), 3);
    copy(Progress.NONE, true);
    try (var copied = openTarget()) {
      var data = new StoredUserData(copied.database(), copied.sealing());
      assertThat(data.accountData(ALICE, null, "m.count").orElseThrow().content())
          .isEqualTo(Json.object().put("n", 2));
    }
  }

  @Test
  void anInterruptedRunGoesOnWhereItWas() {
    count(1);
    RandomRows.fill(storage().database(), "room_event", 4, 6000);
    RandomRows.fill(storage().database(), "room_node", 4, 20);
    Progress interrupting =
        (step, done, total) -> {
          if (step.startsWith("copying room_node")) throw new IllegalStateException("unplugged");
        };
    assertThatThrownBy(() -> copy(interrupting, true)).hasMessage("unplugged");
    assertThatThrownBy(this::openTarget)
        .isInstanceOf(StorageCannotOpen.class)
        .hasMessageContaining("not finished");

    var rest = copy(Progress.NONE, true);

    assertThat(rest.chunksWritten()).isLessThan(rest.chunks() - 5);
    openTarget().close();
  }

  /// What is written while a copy runs is in it whole or not at all.
  @Test
  void aRunIsOneStateOfASourceThatGoesOn() {
    count(1);
    RandomRows.fill(storage().database(), 5, 5);
    var next = new int[] {1};
    Progress writing =
        (step, done, total) -> {
          if (step.startsWith("copying")) count(++next[0]);
        };

    var report = copy(writing, false);

    assertThat(next[0]).isGreaterThan(20);
    assertThat(report.position()).isEqualTo(2);
    copy(Progress.NONE, true);
    try (var copied = openTarget()) {
      assertThat(copied.writer().resume().lastPosition()).isEqualTo(2L * next[0]);
    }
  }

  @Test
  void theOriginalDoesNotStartOnceItWasMoved() {
    count(1);
    copy(Progress.NONE, true);
    assertThatThrownBy(this::reopen)
        .isInstanceOf(StorageCannotOpen.class)
        .hasMessageContaining("moved to the test's target");
    assertThatThrownBy(() -> copy(Progress.NONE, true)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void aTargetThatHoldsSomethingElseIsRefused() {
    count(1);
    try (var other = openTarget()) {
      assertThat(other.database().migrations().upToDate()).isTrue();
    }
    assertThatThrownBy(() -> copy(Progress.NONE, true))
        .hasMessageMatching("(?s).*(not empty|a server has used).*");
  }

  @Test
  void aTargetThatAServerUsesIsRefused() {
    count(1);
    try (var other = openTarget()) {
      assertThatThrownBy(() -> BulkTarget.open(target().location()))
          .isInstanceOf(StorageCannotOpen.class)
          .hasMessageContaining("another Hearth");
    }
  }

  @Test
  void anUnfinishedCopyOfAnotherDatabaseIsRefused() throws Exception {
    count(1);
    copy(Progress.NONE, false);
    storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "UPDATE sealing_key SET created_ms = 1 WHERE scope = 'canary'");
              }
            });
    assertThatThrownBy(() -> copy(Progress.NONE, false))
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("another database");
  }

  @Test
  void aSourceOfAnOlderSchemaIsRefused() {
    count(1);
    storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.executeUpdate(
                    "DELETE FROM \"schema_history\" WHERE \"version\" = '0701'");
              }
            });
    assertThatThrownBy(() -> copy(Progress.NONE, false))
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("hearth db migrate");
  }

  /// Nobody would notice a copy that lost a row.
  @Test
  void aTargetThatLostARowIsNotFinished() throws Exception {
    count(1);
    RandomRows.fill(storage().database(), "receipt", 6, 50);
    copy(Progress.NONE, false);
    try (var into = BulkTarget.open(target().location());
        var statement = into.connection().createStatement()) {
      statement.executeUpdate(
          "DELETE FROM receipt WHERE read_ms = (SELECT MAX(read_ms) FROM receipt)");
      into.force();
    }
    assertThatThrownBy(() -> copy(Progress.NONE, true))
        .isInstanceOf(CopyRefused.class)
        .hasMessageContaining("receipt differs");
    assertThatThrownBy(this::openTarget).hasMessageContaining("not finished");
    assertThat(List.of(storage().database().migrations().upToDate())).containsExactly(true);
  }
}
