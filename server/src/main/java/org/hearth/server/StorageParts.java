package org.hearth.server;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.e2ee.sealing.WrongMasterKey;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.Ledger;
import org.hearth.server.config.Config;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Fatal;
import org.hearth.storage.Storage;
import org.hearth.storage.StorageCannotOpen;
import org.hearth.storage.StorageMetrics;

/// The database and the ledger that writes into it, with the loop that makes the ledger's batches.
final class StorageParts implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(30);

  /// How many changes one batch takes, and how many of them may be bulk work: a large join never
  /// delays a message by more than one such batch.
  private static final int BATCH = 2_000;

  private static final int BULK = 500;

  private final Storage storage;
  private final GroupCommitLedger ledger;
  private final Loop loop;

  private StorageParts(Storage storage, GroupCommitLedger ledger, Loop loop) {
    this.storage = storage;
    this.ledger = ledger;
    this.loop = loop;
  }

  /// Opens the database for a command, which needs few caches.
  static StorageParts open(
      Config config, RootKeys roots, InstantSource clock, MeterRegistry metrics)
      throws StartFailure {
    return open(config, roots, clock, CacheBudget.of(config.memoryMegabytes()), metrics);
  }

  /// Opens the database, and starts to write.
  static StorageParts open(
      Config config,
      RootKeys roots,
      InstantSource clock,
      MemoryBudget budget,
      MeterRegistry metrics)
      throws StartFailure {
    Fatal fatal = Fatal.halting();
    Storage storage;
    try {
      storage = Storage.open(settings(config, budget), roots, clock, fatal, new Measured(metrics));
    } catch (StorageCannotOpen | WrongMasterKey e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    }
    int queue = config.limits().ledgerQueue();
    var ledger =
        new GroupCommitLedger(storage.writer(), new GroupCommitLedger.Limits(queue, BATCH, BULK));
    metrics.gauge("hearth.ledger.queued", ledger, GroupCommitLedger::queued);
    metrics.gauge("hearth.ledger.position", ledger, Ledger::committed);
    Loop loop =
        Loop.start(
            "ledger",
            () -> {
              if (!ledger.awaitWork()) return false;
              ledger.step();
              return true;
            },
            // What failed here may be durable without having taken effect in memory.
            e -> fatal.end("the ledger's loop failed", e));
    return new StorageParts(storage, ledger, loop);
  }

  /// How the server opens its database.
  static DatabaseSettings settings(Config config, MemoryBudget budget) {
    return DatabaseSettings.of(location(config))
        .withReaders(config.database().pool())
        .withPageCacheBytes(budget.of(Share.DATABASE_PAGES));
  }

  /// Where the database of the configuration is.
  static DatabaseSettings.Location location(Config config) {
    Config.Database database = config.database();
    Path embedded = config.dataDirectory().resolve("database");
    return database
        .url()
        .<DatabaseSettings.Location>map(
            url ->
                new DatabaseSettings.PostgreSql(
                    url, database.user().orElse(""), database.password().orElse("")))
        .orElseGet(() -> new DatabaseSettings.H2(embedded));
  }

  Storage storage() {
    return storage;
  }

  Ledger ledger() {
    return ledger;
  }

  /// Writes what is queued, then closes the database.
  @Override
  public void close() {
    ledger.close();
    loop.join(DRAIN);
    storage.close();
  }

  private static final class Measured implements StorageMetrics {
    private final DistributionSummary changes;
    private final DistributionSummary rows;
    private final Timer batches;
    private final Timer syncs;
    private final Timer checkpoints;

    Measured(MeterRegistry metrics) {
      this.changes = summary("hearth.ledger.batch.changes", metrics);
      this.rows = summary("hearth.ledger.batch.rows", metrics);
      this.batches = timer("hearth.ledger.batch.time", metrics);
      this.syncs = timer("hearth.ledger.fsync", metrics);
      this.checkpoints = timer("hearth.h2.checkpoint", metrics);
    }

    private static DistributionSummary summary(String name, MeterRegistry metrics) {
      return DistributionSummary.builder(name).publishPercentiles(0.5, 0.9, 0.99).register(metrics);
    }

    private static Timer timer(String name, MeterRegistry metrics) {
      return Timer.builder(name).publishPercentiles(0.5, 0.9, 0.99).register(metrics);
    }

    @Override
    public void batch(int changeCount, int rowCount, long nanos) {
      changes.record(changeCount);
      rows.record(rowCount);
      batches.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void sync(long nanos) {
      syncs.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void checkpoint(long nanos) {
      checkpoints.record(nanos, TimeUnit.NANOSECONDS);
    }
  }
}
