package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.Test;

abstract class ReadingContract extends StorageTest {

  record KeyId(String scope, int epoch) {}

  @Entity(name = "SealingKey")
  @jakarta.persistence.Table(name = "sealing_key")
  @IdClass(KeyId.class)
  static class SealingKeyEntity {
    @Id String scope;
    @Id int epoch;

    @Column(name = "created_ms")
    long createdMs;

    byte[] wrapped;
  }

  @Override
  protected List<Class<?>> entities() {
    return List.of(SealingKeyEntity.class);
  }

  @Test
  void hibernateReadsWhatTheLedgerWrote() {
    storage().sealing().seal(KeyScope.server(), new byte[0], new byte[10]);
    write();

    var scopes =
        storage()
            .database()
            .read(
                session ->
                    session
                        .createSelectionQuery(
                            "from SealingKey where epoch = :epoch order by scope",
                            SealingKeyEntity.class)
                        .setParameter("epoch", 1)
                        .list()
                        .stream()
                        .map(key -> key.scope + key.wrapped.length)
                        .toList());

    assertThat(scopes).containsExactly("canary61", "s61");
  }

  @Test
  void sealedBytesOpenAfterAStartAndOnlyWithTheSameMasterKey() {
    var place = new byte[] {7};
    var sealed =
        storage()
            .sealing()
            .seal(
                KeyScope.server(),
                place,
                "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    write();
    reopen();

    assertThat(storage().sealing().open(KeyScope.server(), place, sealed))
        .asString()
        .isEqualTo("hello");

    storage().close();
    assertThatThrownBy(() -> fixture().open(MasterKey.of(new byte[32])))
        .isInstanceOf(StorageCannotOpen.class)
        .hasMessageContaining("master key");
    reopen();
  }

  @Test
  void aSecondServerOnTheSameDatabaseDoesNotStart() {
    assertThatThrownBy(() -> fixture().open(StorageFixture.MASTER))
        .isInstanceOf(StorageCannotOpen.class);
  }

  @Test
  void statisticsNameEveryTable() {
    write();
    var stats = storage().stats();

    assertThat(stats.tables())
        .extracting(DatabaseStats.TableSize::name)
        .contains("ledger_batch", "sealing_key");
    assertThat(stats.lastBatch()).isEqualTo(1);
  }

  @Test
  void statisticsSayWhatHasJustBeenWrittenTakes() {
    write(profile(1), profile(2));

    assertThat(storage().stats().tables())
        .filteredOn(table -> table.name().equals("profile_field"))
        .singleElement()
        .extracting(DatabaseStats.TableSize::bytes, LONG)
        .isPositive();
  }

  /// "All statements see the same state": also of tables that are read for the first time after
  /// something was written.
  @Test
  void aSnapshotIsOneStateOfAllTables() {
    write(profile(1));
    storage().database().<Boolean>snapshot(this::seesOneState);
    storage().database().<Boolean>longSnapshot(this::seesOneState);
  }

  private boolean seesOneState(Connection connection) throws SQLException {
    long before = count(connection, "SELECT MAX(last_position) FROM ledger_batch");
    write(profile((int) before + 1));
    assertThat(count(connection, "SELECT COUNT(*) FROM profile_field")).isEqualTo(before);
    assertThat(count(connection, "SELECT MAX(last_position) FROM ledger_batch")).isEqualTo(before);
    return true;
  }

  private static ProfileChange profile(int number) {
    return new ProfileChange(
        UserId.parse("@alice:a.example"), "field" + number, Json.toTree("value"));
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
