package org.hearth.storage;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.Lane;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// A small world for crash tests: each change counts one counter up, writes one row of a log and
/// drops an old one. So a lost change, a doubled one and a half batch all show.
final class Counters {
  private static final Table LOG = Table.of("crash_log", List.of("counter", "n"), "payload");
  private static final Table STATE = Table.of("crash_state", List.of("counter"), "n");
  private static final RowWrite COUNT =
      STATE.sql("UPDATE crash_state SET n = n + 1 WHERE counter = ?");

  /// How many log rows of a counter are kept.
  static final int KEPT = 400;

  record Counted(long counter, long n, byte[] payload) implements Change {}

  private Counters() {}

  static List<Topic> topics() {
    return List.of(
        Topic.named("counters")
            .change(
                Counted.class,
                (positioned, rows) -> {
                  var change = positioned.change();
                  rows.insert(LOG, change.counter(), change.n(), change.payload());
                  if (change.n() > KEPT) rows.delete(LOG, change.counter(), change.n() - KEPT);
                  if (change.n() == 1) rows.insert(STATE, change.counter(), 1L);
                  else rows.run(COUNT, change.counter());
                }));
  }

  /// A storage that knows nothing but counters, without the migrations.
  static Storage open(DatabaseSettings settings, Fatal fatal) {
    return Storage.open(
        settings,
        StorageFixture.roots(),
        InstantSource.system(),
        fatal,
        StorageMetrics.NONE,
        topics(),
        List.of(),
        false);
  }

  /// One batch that counts some of the first counters, as `values` does.
  static void write(
      GroupCommitLedger ledger, Random random, Map<Long, Long> values, int counters, int count) {
    var changes = new ArrayList<Change>();
    for (int i = 0; i < count; i++) {
      long counter = random.nextInt(counters);
      long n = values.merge(counter, 1L, Long::sum);
      changes.add(new Counted(counter, n, payload(counter, n)));
    }
    var done = ledger.append(Entry.of(Lane.INTERACTIVE, changes));
    ledger.step();
    done.join();
  }

  static void createTables(Database database) {
    var bytes = database.dialect().placeholders().get("bytes");
    database.jdbc(
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute(
                "CREATE TABLE IF NOT EXISTS crash_log (counter BIGINT NOT NULL, n BIGINT NOT NULL, payload "
                    + bytes
                    + ", PRIMARY KEY (counter, n))");
            return statement.execute(
                "CREATE TABLE IF NOT EXISTS crash_state (counter BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)");
          }
        });
  }

  static byte[] payload(long counter, long n) {
    var bytes = new byte[200 + (int) ((counter * 31 + n * 17) % 900)];
    new Random(counter * 1_000_003 + n).nextBytes(bytes);
    return bytes;
  }

  /// The value of each counter; an error if its log does not agree with it.
  static Map<Long, Long> read(Database database) {
    return database.snapshot(
        connection -> {
          var values = new HashMap<Long, Long>();
          try (var statement = connection.createStatement();
              var row = statement.executeQuery("SELECT counter, n FROM crash_state")) {
            while (row.next()) values.put(row.getLong(1), row.getLong(2));
          }
          var seen = new HashMap<Long, Long>();
          try (var statement = connection.createStatement();
              var row =
                  statement.executeQuery(
                      "SELECT counter, n, payload FROM crash_log ORDER BY counter, n")) {
            while (row.next()) {
              long counter = row.getLong(1);
              long n = row.getLong(2);
              var before = seen.put(counter, n);
              if (before != null && before != n - 1)
                throw new AssertionError(
                    "Counter " + counter + " goes from " + before + " to " + n + ".");
              if (!java.util.Arrays.equals(row.getBytes(3), payload(counter, n)))
                throw new AssertionError(
                    "Counter " + counter + " has a wrong payload at " + n + ".");
            }
          }
          if (!seen.equals(values))
            throw new AssertionError("Log " + seen + " and state " + values + " differ.");
          return values;
        });
  }
}
