package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Random;
import org.hearth.ledger.GroupCommitLedger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// "File under 4 times its data", while it grows and while it only changes.
class H2SizeTest {
  private static final int COUNTERS = 60;

  @TempDir Path directory;

  @Test
  void theFilesStayUnderFourTimesTheirData() throws Exception {
    try (var storage = open()) {
      Counters.createTables(storage.database());
      var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
      var values = new HashMap<Long, Long>();
      var random = new Random(1);
      // 60 counters keep 400 rows each; after the first third the data only changes.
      for (int batch = 0; batch < 1500; batch++) {
        Counters.write(ledger, random, values, COUNTERS, 48);
        // As often as H2 writes by itself under a full load, and a checkpoint every third time.
        if (batch % 25 == 0) storage.h2Store().checkpoint();
        if (batch % 250 == 249) {
          long data = data(storage);
          long files = files();
          assertThat(files)
              .as(
                  "after %d batches: %,d kB of files for %,d kB of data",
                  batch + 1, files / 1024, data / 1024)
              .isLessThan(4 * data + (4 << 20));
        }
      }
      assertThat(Counters.read(storage.database())).isEqualTo(values);
    }
  }

  /// Also what was replaced just before a stop comes free: H2 by itself would take it for used for
  /// ever, and one such page at the end of the file keeps all of it.
  @Test
  void whileNothingIsWrittenTheFileShrinksToItsDataAndThenIsLeftAlone() throws Exception {
    var values = new HashMap<Long, Long>();
    for (int start = 0; start < 4; start++) {
      try (var storage = open()) {
        if (start == 0) Counters.createTables(storage.database());
        var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
        var random = new Random(start);
        for (int batch = 0; batch < 300; batch++) {
          Counters.write(ledger, random, values, COUNTERS, 48);
          if (batch % 25 == 0) storage.h2Store().checkpoint();
        }
      }
    }
    try (var storage = open()) {
      assertThat(checkpoints(storage)).isLessThan(100);
      long data = data(storage);
      assertThat(files()).as("%,d kB of data", data / 1024).isLessThan(2 * data + (4 << 20));

      var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
      for (int i = 0; i < 5; i++) {
        Counters.write(ledger, new Random(i), values, COUNTERS, 1);
        assertThat(checkpoints(storage)).as("after one write").isLessThan(3);
      }
      assertThat(Counters.read(storage.database())).isEqualTo(values);
    }
  }

  /// Until there is nothing more to do.
  private static int checkpoints(Storage storage) {
    int count = 0;
    while (storage.h2Store().checkpoint()) assertThat(++count).isLessThan(1_000);
    return count;
  }

  private Storage open() {
    return Counters.open(
        Databases.h2(directory).withCheckpointMillis(Integer.MAX_VALUE), StorageFixture.THROWING);
  }

  private static long data(Storage storage) {
    return storage
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT SUM(OCTET_LENGTH(payload) + 16) FROM crash_log")) {
                row.next();
                return row.getLong(1);
              }
            });
  }

  private long files() throws Exception {
    try (var files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
