package org.hearth.engine.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

class SentTransactionsTest {
  private static final RoomKey ROOM =
      new RoomKey(7, new RoomId("!room:example.org"), RoomVersion.parse("11").rules());
  private static final long NOON_MS = 1_800_000_000_000L;

  private final SentTransactions sent = new SentTransactions(new MemoryBudget(200L << 20));

  private static TransactionId id(int number) {
    return new TransactionId(new UserId("@alice:example.org"), "DEVICE", "m" + number);
  }

  @Test
  void everythingPerhapsWasSentUntilStorageWasRead() {
    assertThat(sent.perhaps(ROOM, id(1))).isTrue();
    sent.complete();
    assertThat(sent.perhaps(ROOM, id(1))).isFalse();
  }

  @Test
  void whatWasSentIsNeverDenied() {
    sent.complete();
    for (int i = 0; i < 300_000; i++) sent.add(ROOM, id(i), NOON_MS);
    assertThat(IntStream.range(0, 300_000)).allMatch(i -> sent.perhaps(ROOM, id(i)));
  }

  @Test
  void fewNewIdsAreTakenForOldOnes() {
    sent.complete();
    for (int i = 0; i < 300_000; i++) sent.add(ROOM, id(i), NOON_MS);
    long needless =
        IntStream.range(300_000, 310_000).filter(i -> sent.perhaps(ROOM, id(i))).count();
    assertThat(needless).isLessThan(500);
    assertThat(sent.bytes()).isLessThan(4 << 20);
  }

  @Test
  void theSameIdInAnotherRoomOrOfAnotherDeviceIsAnother() {
    var there = new RoomKey(8, ROOM.id(), ROOM.rules());
    var other = new TransactionId(new UserId("@alice:example.org"), "OTHER", "m1");
    assertThat(TransactionKey.of(ROOM, id(1), NOON_MS))
        .isNotEqualTo(TransactionKey.of(there, id(1), NOON_MS))
        .isNotEqualTo(TransactionKey.of(ROOM, other, NOON_MS));
  }

  @Test
  void anIdIsFoundForADayAndForgottenByTheSameOrder() {
    long day = 24 * 3_600_000L;
    for (long hours = 0; hours < 24; hours++) {
      long then = NOON_MS - hours * 3_600_000L;
      long key = TransactionKey.of(ROOM, id(1), then);
      assertThat(TransactionKey.recent(ROOM, id(1), NOON_MS)).contains(key);
      assertThat(key).isGreaterThanOrEqualTo(TransactionKey.from(NOON_MS - day));
    }
    assertThat(TransactionKey.of(ROOM, id(1), NOON_MS - 3 * day))
        .isLessThan(TransactionKey.from(NOON_MS - day));
  }

  @Test
  void aGenerationLivesForADayAndANightAndIsBounded() {
    long day = 25 * 3_600_000L + 1;
    var small = new SentTransactions(new MemoryBudget(4 << 20));
    small.complete();
    for (int i = 0; i < 100_000; i++) small.add(ROOM, id(i), NOON_MS);
    small.add(ROOM, id(-1), NOON_MS + day);
    assertThat(small.perhaps(ROOM, id(7))).isTrue();
    assertThat(small.bytes())
        .isLessThanOrEqualTo(new MemoryBudget(4 << 20).of(Share.TRANSACTION_IDS));
    small.add(ROOM, id(-2), NOON_MS + 2 * day);
    assertThat(small.perhaps(ROOM, id(7))).isFalse();
    assertThat(small.perhaps(ROOM, id(-1))).isTrue();
  }
}
