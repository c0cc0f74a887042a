package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.hearth.ledger.Entry;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.LedgerException;
import org.hearth.storage.FaultyDisk.Fault;
import org.hearth.storage.journal.Journal;
import org.hearth.storage.media.StoredMedia;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// "Failure of the disk (full, read-only) leads to clear errors, no wrong answer, and recovery
/// without restart when the cause is gone."
class FaultyDiskTest {
  @TempDir Path directory;

  private final FaultyDisk disk = new FaultyDisk();
  private final AtomicReference<String> ended = new AtomicReference<>();
  private Storage storage;
  private GroupCommitLedger ledger;

  @BeforeEach
  void open() {
    storage = start();
    Counters.createTables(storage.database());
    // The tables are not in the journal, so they need a checkpoint; one that is merely asked for
    // does nothing, since no batch was written.
    storage.h2Store().renewJournal(StorageFixture.roots().journals());
    ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
  }

  private Storage start() {
    return Counters.open(
        Databases.h2(directory.resolve("data")).withCheckpointMillis(20).on(disk),
        (why, cause) -> {
          ended.set(why);
          throw new AssertionError(why, cause);
        });
  }

  @AfterEach
  void close() {
    disk.heal();
    storage.close();
  }

  private void count(long n) {
    var done = ledger.append(Entry.interactive(new Counters.Counted(0, n, Counters.payload(0, n))));
    ledger.step();
    try {
      done.join();
    } catch (CompletionException e) {
      throw (LedgerException) e.getCause();
    }
  }

  private void has(long n) {
    assertThat(Counters.read(storage.database())).isEqualTo(Map.of(0L, n));
  }

  /// As long as several checkpoints would take.
  private static void pause() throws InterruptedException {
    Thread.sleep(300);
  }

  private void countsAgainAfter(long last) throws InterruptedException {
    for (int tries = 0; ; tries++) {
      try {
        count(last + 1);
        break;
      } catch (LedgerException.Unavailable e) {
        assertThat(tries).isLessThan(200);
        Thread.sleep(50);
      }
    }
    has(last + 1);
    storage.close();
    storage = start();
    has(last + 1);
    assertThat(ended.get()).isNull();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aDiskThatTakesNothingLeavesTheServerReadableAndWritingGoesOnAfterwards(Fault fault)
      throws Exception {
    for (long n = 1; n <= 20; n++) count(n);
    disk.fail(fault);

    assertThatThrownBy(() -> count(21)).isInstanceOf(LedgerException.Unavailable.class);
    pause();
    has(20);
    assertThatThrownBy(() -> count(21)).isInstanceOf(LedgerException.Unavailable.class);

    disk.heal();
    countsAgainAfter(20);
  }

  /// The journal could be written, but what is acknowledged must come into H2's file some time.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aFileOfH2ThatTakesNothingStopsWritingOnly(Fault fault) throws Exception {
    disk.failH2(fault);
    long last = 0;
    while (last < 10_000 && tryCount(last + 1)) {
      last++;
      Thread.sleep(5);
    }
    assertThat(last).isBetween(1L, 9_999L);
    pause();
    has(last);
    assertThatThrownBy(() -> count(10_001))
        .isInstanceOf(LedgerException.Unavailable.class)
        .hasMessageContaining(fault.says);

    disk.heal();
    countsAgainAfter(last);
  }

  private boolean tryCount(long n) {
    try {
      count(n);
      return true;
    } catch (LedgerException.Unavailable e) {
      return false;
    }
  }

  @Test
  void stoppingOnAFullDiskLosesNothing() throws Exception {
    for (long n = 1; n <= 20; n++) count(n);
    disk.failH2(Fault.FULL);
    for (long n = 21; n <= 30 && tryCount(n); n++) Thread.sleep(1);
    long last = Counters.read(storage.database()).get(0L);
    pause();

    storage.close();
    disk.heal();
    storage = start();

    has(last);
    assertThat(ended.get()).isNull();
  }

  /// An fsync that fails because the system made the disk read-only: what was acknowledged can be
  /// read, the change in question is refused, and only a new start writes again.
  @Test
  void anFsyncOnADiskThatBecameReadOnlyLeavesTheServerReadable() throws Exception {
    for (long n = 1; n <= 20; n++) count(n);
    disk.failForce(Fault.READ_ONLY);

    assertThatThrownBy(() -> count(21))
        .isInstanceOf(LedgerException.Unavailable.class)
        .hasMessageContaining("read-only");
    pause();
    has(20);
    disk.heal();
    assertThatThrownBy(() -> count(21)).hasMessageContaining("started again");
    has(20);
    assertThat(ended.get()).isNull();

    storage.close();
    storage = start();
    // Nobody was told that it failed for good, or that it worked.
    assertThat(Counters.read(storage.database()).get(0L)).isBetween(20L, 21L);
  }

  /// "A failed fsync ends the process."
  @Test
  void anyOtherFailedFsyncEndsTheProcess() {
    count(1);
    disk.failForce(Fault.BROKEN);
    assertThatThrownBy(() -> count(2)).isInstanceOf(AssertionError.class);
    assertThat(ended.get()).isNotNull();
    disk.heal();
  }

  @Test
  void aDiskThatTakesNoFilesRefusesMediaUntilItDoes() throws Exception {
    var place = directory.resolve("media");
    var media = new StoredMedia(storage.database(), storage.sealing(), place, new SecureRandom());
    var before = media.write(new ByteArrayInputStream(new byte[1000]));
    Files.move(place.resolve("incoming"), place.resolve("elsewhere"));

    assertThatThrownBy(() -> media.write(new ByteArrayInputStream(new byte[1000])))
        .isInstanceOf(LedgerException.Unavailable.class)
        .hasMessageContaining("takes no files");
    try (var bytes = media.open(before)) {
      assertThat(bytes.readAllBytes()).hasSize(1000);
    }

    Files.move(place.resolve("elsewhere"), place.resolve("incoming"));
    media.write(new ByteArrayInputStream(new byte[1000]));
    assertThat(place.resolve("incoming")).isEmptyDirectory();
  }

  /// A client that goes away is no fault of the disk.
  @Test
  void bytesThatCannotBeReadAreAnotherError() throws Exception {
    var media =
        new StoredMedia(
            storage.database(), storage.sealing(), directory.resolve("media"), new SecureRandom());
    var broken =
        new java.io.InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the client went away");
          }
        };
    assertThatThrownBy(() -> media.write(broken)).isInstanceOf(IOException.class);
  }

  @Test
  void aSegmentThatCannotBeMadeLeavesNothingOnAFullDisk() throws Exception {
    var full = new FaultyDisk();
    var segments = directory.resolve("segments");
    try (var journal = Journal.open(full, segments, StorageFixture.roots().journals())) {
      journal.start(0);
      full.failJournalForce(FaultyDisk.Fault.FULL);

      assertThatThrownBy(journal::rotate).isInstanceOf(IOException.class);
      assertThat(segments).isDirectoryNotContaining("glob:**.new");

      full.heal();
      journal.rotate();
      assertThat(segments.toFile().list()).hasSize(2);
    }
  }
}
