package org.hearth.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.hearth.e2ee.sealing.EnvelopeSealing;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.storage.check.DatabaseCheck;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.journal.Journal;
import org.hearth.storage.sealing.NewSealingKeys;
import org.hearth.storage.sealing.StoredSealingKeys;

/// Everything that storage offers, opened in the one order that is safe: replay the journal,
/// migrate, check the master key, then let the ledger write.
public final class Storage implements AutoCloseable {
  private final Database database;
  private final EnvelopeSealing sealing;
  private final LedgerWriter writer;
  private final BatchStore store;
  private final Opened opened;

  private Storage(
      Database database,
      EnvelopeSealing sealing,
      LedgerWriter writer,
      BatchStore store,
      Opened opened) {
    this.database = database;
    this.sealing = sealing;
    this.writer = writer;
    this.store = store;
    this.opened = opened;
  }

  /// What has been opened, to be closed in the opposite order.
  private static final class Opened {
    private final Deque<Runnable> closing = new ArrayDeque<>();

    void add(Runnable close) {
      closing.push(close);
    }

    void close() {
      while (!closing.isEmpty()) closing.pop().run();
    }
  }

  /// Opens the database and brings it up to date.
  ///
  /// Throws [StorageCannotOpen] with a sentence for the administrator: unreachable, in use by
  /// another server, wrong master key, damaged.
  public static Storage open(
      DatabaseSettings settings,
      RootKeys roots,
      InstantSource clock,
      Fatal fatal,
      StorageMetrics metrics) {
    return open(settings, roots, clock, fatal, metrics, List.of(), List.of(), false);
  }

  /// [#open] with further topics and entities, and with every entity checked against its table: for
  /// tests.
  static Storage open(
      DatabaseSettings settings,
      RootKeys roots,
      InstantSource clock,
      Fatal fatal,
      StorageMetrics metrics,
      List<Topic> moreTopics,
      List<Class<?>> moreEntities,
      boolean validate) {
    var opened = new Opened();
    try {
      var entities = Stream.concat(Topics.entities().stream(), moreEntities.stream()).toList();
      Database database;
      BatchStore store;
      switch (settings.location()) {
        case DatabaseSettings.H2 h2 -> {
          var files = H2Files.in(h2.directory(), settings.disk(), settings.pageCacheBytes());
          var lock = DirectoryLock.take(h2.directory());
          opened.add(lock::close);
          var health = DiskHealth.watch(h2.directory());
          opened.add(health::close);
          var journal = Journal.open(settings.disk(), files.journal(), roots.journals());
          var checkpoint = files.open();
          opened.add(files::shutdown);
          files.replay(journal);
          database = Database.open(settings, files.url(), entities, validate);
          opened.add(database::close);
          var h2Store = new H2Store(files, checkpoint, journal, health, settings, fatal, metrics);
          opened.add(h2Store::close);
          opened.add(Checkpoints.start(h2Store, settings.checkpointMillis())::close);
          // First of all when closing: nobody waits for the disk any more.
          opened.add(health::leave);
          store = h2Store;
        }
        case DatabaseSettings.PostgreSql postgres -> {
          database = Database.open(settings, postgres.url(), entities, validate);
          opened.add(database::close);
          store = new PostgresStore(settings, postgres, fatal, metrics);
          opened.add(store::close);
        }
      }
      var sealing = new EnvelopeSealing(roots, new StoredSealingKeys(database), clock);
      var keys = new NewSealingKeys(sealing);
      var topics = Stream.concat(Topics.all(sealing, keys).stream(), moreTopics.stream()).toList();
      var writer = new LedgerWriter(store, topics, List.of(keys), metrics);
      return new Storage(database, sealing, writer, store, opened);
    } catch (IOException | SQLException | RuntimeException e) {
      try {
        opened.close();
      } catch (RuntimeException again) {
        e.addSuppressed(again);
      }
      throw StorageCannotOpen.because(e);
    }
  }

  /// For reading.
  public Database database() {
    return database;
  }

  /// For what is sealed outside of changes (media), for opening what was read, and for rotating
  /// keys.
  public EnvelopeSealing sealing() {
    return sealing;
  }

  /// Writes the journal with the first of these keys from now on. True when nothing is left that
  /// was written with others; false if the disk did not allow it, then it is to be tried again.
  /// PostgreSQL has no journal.
  public boolean renewJournal(List<byte[]> roots) {
    return !(store instanceof H2Store h2) || h2.renewJournal(roots);
  }

  /// For the ledger.
  public LedgerWriter writer() {
    return writer;
  }

  /// Looks through everything stored; changes nothing.
  ///
  /// @param media where the files lie
  public DatabaseCheck.Report check(Path media, Progress progress) {
    return DatabaseCheck.run(database, sealing, Topics.sealedColumns(), media, progress);
  }

  /// Counts what is stored. A checkpoint comes first: H2 tells only of pages that are in its file
  /// how much they take.
  public DatabaseStats stats() {
    if (store instanceof H2Store h2) h2.checkpoint();
    return DatabaseStats.of(database);
  }

  /// Brings the schema up to date, while nothing reads or writes.
  public void migrate() {
    database.migrate();
  }

  /// For crash tests.
  H2Store h2Store() {
    return (H2Store) store;
  }

  /// Ends after the ledger did: what it wrote is durable anyway, but a clean end makes the next
  /// start quick.
  @Override
  public void close() {
    opened.close();
  }
}
