package org.hearth.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.ledger.Change;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.schemas.id.RoomId;
import org.hearth.storage.rows.Table;

/// Measures the writer alone, with rows as an event has them: `StorageBench h2|postgres directory
/// [seconds]`. The figures of ADR 1 come from here.
final class StorageBench {
  private static final Table EVENTS =
      Table.of(
          "bench_event", List.of("event_id"), "room_id", "ordinal", "position", "clear", "sealed");
  private static final Table TIMELINE =
      Table.of("bench_timeline", List.of("room_id", "position"), "event_id");
  private static final Table EDGES = Table.of("bench_edge", List.of("event_id", "previous"));
  private static final Table TRANSACTIONS =
      Table.of("bench_transaction", List.of("device", "transaction_id"), "event_id");

  private static final String TABLES =
      """
      CREATE TABLE bench_event (event_id ${text} NOT NULL PRIMARY KEY, room_id ${text} NOT NULL, ordinal BIGINT NOT NULL,
        position BIGINT NOT NULL, clear ${bytes} NOT NULL, sealed ${bytes} NOT NULL);
      CREATE TABLE bench_timeline (room_id ${text} NOT NULL, position BIGINT NOT NULL, event_id ${text} NOT NULL,
        PRIMARY KEY (room_id, position));
      CREATE TABLE bench_edge (event_id ${text} NOT NULL, previous ${text} NOT NULL, PRIMARY KEY (event_id, previous));
      CREATE TABLE bench_transaction (device ${text} NOT NULL, transaction_id ${text} NOT NULL, event_id ${text} NOT NULL,
        PRIMARY KEY (device, transaction_id));
      """;

  record Sent(String room, String event, long ordinal, byte[] clear, byte[] words)
      implements Change {}

  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong syncNanos = new AtomicLong();
  private final AtomicLong checkpointNanos = new AtomicLong();
  private final AtomicLong checkpoints = new AtomicLong();
  private Storage storage;

  public static void main(String[] args) throws Exception {
    var directory = Path.of(args[1]);
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 10;
    if (args[0].equals("h2")) {
      new StorageBench().run(Databases.h2(directory), directory, seconds);
      return;
    }
    try (var server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(directory.toFile())
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "2GB")
            .start()) {
      var url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
      new StorageBench()
          .run(
              DatabaseSettings.of(new DatabaseSettings.PostgreSql(url, "postgres", "postgres")),
              directory,
              seconds);
    }
  }

  private void run(DatabaseSettings settings, Path directory, int seconds) throws Exception {
    var metrics =
        new StorageMetrics() {
          @Override
          public void batch(int changes, int rows, long nanos) {
            batches.incrementAndGet();
          }

          @Override
          public void sync(long nanos) {
            syncNanos.addAndGet(nanos);
          }

          @Override
          public void checkpoint(long nanos) {
            checkpoints.incrementAndGet();
            checkpointNanos.addAndGet(nanos);
          }
        };
    long start = System.nanoTime();
    storage =
        Storage.open(
            settings,
            StorageFixture.roots(),
            InstantSource.system(),
            Fatal.halting(),
            metrics,
            List.of(topic()),
            List.of(),
            false);
    System.out.printf("open: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    createTables();
    var ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
    var loop =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (ledger.awaitWork()) ledger.step();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    measure(ledger, 64, seconds, "warm up");
    long before = bytes(directory);
    for (int appenders : new int[] {64, 1, 256}) measure(ledger, appenders, seconds, "");
    ledger.close();
    loop.join();
    System.out.printf("database grew by %,d kB%n", (bytes(directory) - before) / 1024);
    storage.close();
    System.out.printf("closed: %,d kB%n", bytes(directory) / 1024);
  }

  private void measure(GroupCommitLedger ledger, int appenders, int seconds, String note)
      throws InterruptedException {
    batches.set(0);
    syncNanos.set(0);
    checkpoints.set(0);
    checkpointNanos.set(0);
    var latencies = new long[appenders][];
    var done = new CountDownLatch(appenders);
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    for (int a = 0; a < appenders; a++) {
      int appender = a;
      Thread.ofVirtual()
          .start(
              () -> {
                latencies[appender] = append(ledger, appender, end);
                done.countDown();
              });
    }
    done.await();
    double elapsed = (System.nanoTime() - start) / 1e9;
    var all = Arrays.stream(latencies).flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        "%3d appenders: %,8.0f changes/s, %,6.0f batches/s, sync %.2f ms, p50 %.2f p99 %.2f max %.0f ms, %d checkpoints of %.0f ms %s%n",
        appenders,
        all.length / elapsed,
        batches.get() / elapsed,
        syncNanos.get() / 1e6 / Math.max(1, batches.get()),
        all[all.length / 2] / 1e6,
        all[all.length * 99 / 100] / 1e6,
        all[all.length - 1] / 1e6,
        checkpoints.get(),
        checkpointNanos.get() / 1e6 / Math.max(1, checkpoints.get()),
        note);
  }

  private static long[] append(GroupCommitLedger ledger, int appender, long end) {
    var random = new Random();
    var latencies = new long[1024];
    int count = 0;
    for (long n = 0; System.nanoTime() < end; n++) {
      var event =
          "$"
              + Long.toHexString(random.nextLong())
              + Long.toHexString(random.nextLong())
              + "abcdefghijk";
      var clear = new byte[350];
      var words = new byte[450];
      random.nextBytes(clear);
      random.nextBytes(words);
      long start = System.nanoTime();
      ledger.write(new Sent("!room" + appender % 100 + ":one.example", event, n, clear, words));
      if (count == latencies.length) latencies = Arrays.copyOf(latencies, 2 * count);
      latencies[count++] = System.nanoTime() - start;
    }
    return Arrays.copyOf(latencies, count);
  }

  private Topic topic() {
    return Topic.named("bench")
        .change(
            Sent.class,
            (positioned, rows) -> {
              var sent = positioned.change();
              long position = positioned.position();
              var place = (sent.event() + "|content").getBytes(StandardCharsets.UTF_8);
              var sealed =
                  storage
                      .sealing()
                      .seal(KeyScope.room(RoomId.parse(sent.room())), place, sent.words());
              rows.insert(
                  EVENTS,
                  sent.event(),
                  sent.room(),
                  sent.ordinal(),
                  position,
                  sent.clear(),
                  sealed);
              rows.insert(TIMELINE, sent.room(), position, sent.event());
              rows.insert(EDGES, sent.event(), "$previous of " + sent.event());
              rows.insert(
                  TRANSACTIONS,
                  "@alice:one.example|PHONE" + sent.room(),
                  "m" + position,
                  sent.event());
            });
  }

  private void createTables() {
    var sql = TABLES;
    for (var type : storage.database().dialect().placeholders().entrySet())
      sql = sql.replace("${" + type.getKey() + "}", type.getValue());
    var all = sql;
    storage
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement()) {
                for (var one : all.split(";\n", -1)) if (!one.isBlank()) statement.execute(one);
                return true;
              }
            });
  }

  /// Files may come and go meanwhile; `File` answers 0 for those that went.
  private static long bytes(Path directory) {
    var files = directory.toFile().listFiles();
    if (files == null) return 0;
    return Arrays.stream(files)
        .mapToLong(file -> file.isDirectory() ? bytes(file.toPath()) : file.length())
        .sum();
  }
}
