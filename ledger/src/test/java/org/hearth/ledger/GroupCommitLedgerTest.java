package org.hearth.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class GroupCommitLedgerTest {

  private record Named(String name) implements Change {}

  private static final class Disk implements BatchWriter {
    final List<Batch> batches = new ArrayList<>();
    String refuses = "";
    boolean away;

    @Override
    public Resume resume() {
      return new Resume(10, 3);
    }

    @Override
    public void write(Batch batch) {
      if (away) throw new LedgerException.Unavailable("disk full", null);
      if (batch.changes().stream()
          .anyMatch(c -> c.change() instanceof Named(var name) && name.equals(refuses)))
        throw new LedgerException.Refused(null);
      batches.add(batch);
    }
  }

  private final Disk disk = new Disk();
  private final GroupCommitLedger ledger =
      new GroupCommitLedger(disk, new GroupCommitLedger.Limits(10, 5, 2));

  private static Entry entry(Lane lane, String... names) {
    return Entry.of(lane, List.of(names).stream().map(Named::new).toList());
  }

  @Test
  void gathersWhatWaitsIntoOneBatchAndNumbersItInOrder() {
    var one = ledger.append(entry(Lane.INTERACTIVE, "a", "b"));
    var two = ledger.append(entry(Lane.INTERACTIVE, "c"));

    assertThat(one).isNotDone();
    assertThat(ledger.step()).isTrue();

    assertThat(one).isCompletedWithValue(12L);
    assertThat(two).isCompletedWithValue(13L);
    assertThat(ledger.committed()).isEqualTo(13);
    assertThat(disk.batches).hasSize(1);
    assertThat(disk.batches.getFirst().id()).isEqualTo(4);
  }

  @Test
  void nothingIsVisibleBeforeItsBatchCommitted() {
    var seen = new ArrayList<Long>();
    ledger.listen((committed, _) -> seen.add(committed));
    var _ = ledger.append(entry(Lane.INTERACTIVE, "a").withEffect(first -> seen.add(-first)));

    assertThat(seen).isEmpty();
    ledger.step();

    assertThat(seen).containsExactly(-11L, 11L);
  }

  @Test
  void badDataFailsItsOwnEntryOnly() {
    disk.refuses = "bad";
    var good = ledger.append(entry(Lane.INTERACTIVE, "a"));
    var bad = ledger.append(entry(Lane.INTERACTIVE, "bad"));
    var later = ledger.append(entry(Lane.INTERACTIVE, "b"));

    ledger.step();

    assertThat(good).isCompleted();
    assertThat(bad)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LedgerException.Refused.class);
    assertThat(later).isCompleted();
  }

  @Test
  void whatWasBuiltOnAFailedEntryFailsToo() {
    disk.refuses = "bad";
    var generation = new AtomicBoolean(true);
    var bad =
        entry(Lane.INTERACTIVE, "bad")
            .withEffect(
                new Effect() {
                  @Override
                  public void committed(long firstPosition) {}

                  @Override
                  public void failed(LedgerException why) {
                    generation.set(false);
                  }
                });
    var _ = ledger.append(bad);
    var built = ledger.append(entry(Lane.INTERACTIVE, "built on it").validWhile(generation::get));

    ledger.step();

    assertThat(built)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LedgerException.Superseded.class);
    assertThat(disk.batches).isEmpty();
  }

  @Test
  void positionsOfFailedBatchesAreNeverReused() {
    disk.away = true;
    var lost = ledger.append(entry(Lane.INTERACTIVE, "a"));
    ledger.step();
    disk.away = false;
    var kept = ledger.append(entry(Lane.INTERACTIVE, "b"));
    ledger.step();

    assertThat(lost).isCompletedExceptionally();
    assertThat(kept).isCompletedWithValue(12L);
  }

  @Test
  void bulkNeverDelaysAMessage() {
    for (int i = 0; i < 4; i++) {
      var _ = ledger.append(entry(Lane.BULK, "bulk" + i));
    }
    var message = ledger.append(entry(Lane.INTERACTIVE, "message"));

    ledger.step();

    assertThat(message).isCompleted();
    assertThat(disk.batches.getFirst().changes()).hasSize(3);
    assertThat(ledger.queued()).isEqualTo(2);
  }

  @Test
  void aFullQueueRefusesInsteadOfGrowing() {
    var _ = ledger.append(entry(Lane.BULK, "1", "2", "3", "4", "5", "6", "7", "8", "9"));
    var refused = ledger.append(entry(Lane.INTERACTIVE, "a", "b"));

    assertThat(refused)
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LedgerException.Full.class);
  }

  @Test
  void anEntryLargerThanABatchGoesAlone() {
    var large = ledger.append(entry(Lane.BULK, "1", "2", "3", "4", "5", "6", "7"));

    ledger.step();

    assertThat(large).isCompletedWithValue(17L);
  }

  @Test
  void closeRefusesNewEntriesAndDrainsTheOldOnes() throws InterruptedException {
    var old = ledger.append(entry(Lane.INTERACTIVE, "a"));
    ledger.close();
    var late = ledger.append(entry(Lane.INTERACTIVE, "b"));

    assertThat(ledger.awaitWork()).isTrue();
    ledger.step();
    assertThat(ledger.awaitWork()).isFalse();

    assertThat(old).isCompleted();
    assertThat(late).isCompletedExceptionally();
  }
}
