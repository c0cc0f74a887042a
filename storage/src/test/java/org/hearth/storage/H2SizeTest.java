package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.Lane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// "File under 4 times its data", while it grows and while it only changes.
class H2SizeTest {
  @TempDir Path directory;

  @Test
  void theFilesStayUnderFourTimesTheirData() throws Exception {
    try (var storage =
        Storage.open(
            Databases.h2(directory).withCheckpointMillis(Integer.MAX_VALUE),
            StorageFixture.roots(),
            InstantSource.system(),
            StorageFixture.THROWING,
            StorageMetrics.NONE,
            Counters.topics(),
            List.of(),
            false)) {
      Counters.createTables(storage.database());
      var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
      var values = new HashMap<Long, Long>();
      var random = new Random(1);
      // 60 counters keep 400 rows each; after the first third the data only changes.
      for (int batch = 0; batch < 1500; batch++) {
        var changes = new ArrayList<Change>();
        for (int i = 0; i < 48; i++) {
          long counter = random.nextInt(60);
          long n = values.merge(counter, 1L, Long::sum);
          changes.add(new Counters.Counted(counter, n, Counters.payload(counter, n)));
        }
        var done = ledger.append(Entry.of(Lane.INTERACTIVE, changes));
        ledger.step();
        done.join();
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
