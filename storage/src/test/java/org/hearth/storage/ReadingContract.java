package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.MasterKey;
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
    var stats = DatabaseStats.of(storage().database());

    assertThat(stats.tables())
        .extracting(DatabaseStats.TableSize::name)
        .contains("ledger_batch", "sealing_key");
    assertThat(stats.lastBatch()).isEqualTo(1);
  }
}
