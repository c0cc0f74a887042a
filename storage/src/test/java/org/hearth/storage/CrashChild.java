package org.hearth.storage;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.LedgerException;

/// The process that crash tests kill: eight threads count, and print each count that was
/// acknowledged.
final class CrashChild {
  static final int COUNTERS = 8;

  private CrashChild() {}

  /// @param args `h2 directory` or `postgres url`
  public static void main(String[] args) throws Exception {
    var settings =
        args[0].equals("h2")
            ? Databases.h2(Path.of(args[1])).withCheckpointMillis(100)
            : DatabaseSettings.of(new DatabaseSettings.PostgreSql(args[1], "postgres", "postgres"));
    var storage =
        Storage.open(
            settings,
            StorageFixture.roots(),
            InstantSource.system(),
            Fatal.halting(),
            StorageMetrics.NONE,
            Counters.topics(),
            List.of(),
            false);
    Counters.createTables(storage.database());
    var values = Counters.read(storage.database());
    var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (ledger.awaitWork()) ledger.step();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    System.out.println("ready");
    for (long counter = 0; counter < COUNTERS; counter++) {
      long id = counter;
      Thread.ofVirtual().start(() -> count(ledger, id, values.getOrDefault(id, 0L)));
    }
    Thread.sleep(60_000);
    Runtime.getRuntime().halt(1);
  }

  private static void count(GroupCommitLedger ledger, long counter, long from) {
    for (long n = from + 1; ; n++) {
      try {
        ledger.write(new Counters.Counted(counter, n, Counters.payload(counter, n)));
      } catch (LedgerException e) {
        System.out.println("failed " + e);
        return;
      }
      System.out.println(counter + " " + n);
    }
  }
}
