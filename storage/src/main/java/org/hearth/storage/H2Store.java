package org.hearth.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.ledger.BatchWriter.Resume;
import org.hearth.ledger.LedgerException;
import org.hearth.storage.H2Checkpoint.Moment;
import org.hearth.storage.journal.Journal;
import org.hearth.storage.journal.JournalRecord;
import org.hearth.storage.rows.Dialect;
import org.hearth.storage.rows.RowBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Batches on embedded H2: executed, forced in the journal, then committed without being forced.
final class H2Store implements BatchStore {
  private static final Logger log = LoggerFactory.getLogger(H2Store.class);

  /// Kept: finding it means reading through all mounts.
  private final FileStore fileStore;

  private final long minimumFreeBytes;
  private final Connection writer;
  private final H2Checkpoint checkpoint;
  private final JdbcStatements statements;
  private final Journal journal;
  private final Fatal fatal;
  private final StorageMetrics metrics;
  private final Resume resume;
  private final long epoch;
  private final DiskHealth health;

  /// Protects the journal between the writing thread and checkpoints; held while a record is
  /// forced, not while H2's file is, nor while segments are made and deleted.
  private final ReentrantLock lock = new ReentrantLock();

  /// Protects H2's file between checkpoints that are due and those that somebody waits for. Taken
  /// before `lock`.
  private final ReentrantLock checkpointing = new ReentrantLock();

  private boolean dirty;

  /// Under `checkpointing`.
  private final Shrinking shrinking = new Shrinking(Moment.IDLE.rewrites);

  /// Whether the last checkpoint failed; under `checkpointing`.
  private boolean postponed;

  /// Why nothing can be written until the next start; reading goes on.
  private volatile @Nullable String broken;

  /// @param journal replayed already, so that H2 has every acknowledged batch
  H2Store(
      H2Files files,
      H2Checkpoint checkpoint,
      Journal journal,
      DiskHealth health,
      DatabaseSettings settings,
      Fatal fatal,
      StorageMetrics metrics)
      throws SQLException, IOException {
    this.fileStore = Files.getFileStore(files.directory());
    this.health = health;
    this.minimumFreeBytes = settings.minimumFreeBytes();
    this.journal = journal;
    this.fatal = fatal;
    this.metrics = metrics;
    writer = files.connect();
    this.checkpoint = checkpoint;
    var stored = StoredBatches.read(writer);
    writer.setAutoCommit(false);
    statements =
        new JdbcStatements(writer, Dialect.H2, (int) settings.statementTimeout().toSeconds());
    resume = stored.resume();
    epoch = stored.epoch() + 1;
    // Also makes migrations durable, which are not in the journal.
    checkpoint.force();
    journal.start(resume.lastBatch());
    journal.discardReplayed();
  }

  @Override
  public Resume resume() {
    return resume;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public void write(long batchId, RowBatch rows) {
    refuseWhileBroken();
    refuseWithoutSpace();
    try {
      statements.execute(rows);
    } catch (SQLException e) {
      rollback(e);
      throw SqlFailures.classify(e);
    } catch (RuntimeException e) {
      rollback(e);
      throw new LedgerException.Refused(e);
    }
    lock.lock();
    try {
      record(batchId, rows);
      commit();
      dirty = true;
    } finally {
      lock.unlock();
    }
  }

  private void record(long batchId, RowBatch rows) {
    var written = new ArrayList<JournalRecord.Statement>(rows.groups().size());
    for (var group : rows.groups())
      written.add(new JournalRecord.Statement(statements.text(group.write()), group.rows()));
    try {
      journal.append(batchId, written);
    } catch (IOException e) {
      rollback(e);
      throw new LedgerException.Unavailable("The disk takes no more data.", e);
    }
    long start = System.nanoTime();
    try {
      journal.force(batchId);
    } catch (IOException e) {
      if (!DiskHealth.isReadOnly(e))
        throw fatal.end("The journal could not be forced to the disk.", e);
      rollback(e);
      breakOff(e);
      throw new LedgerException.Unavailable("The disk became read-only.", e);
    }
    metrics.sync(System.nanoTime() - start);
  }

  /// The batch is durable in the journal; if H2 cannot follow, only a new start can bring both
  /// together.
  private void commit() {
    try {
      writer.commit();
    } catch (SQLException e) {
      throw fatal.end("H2 did not commit a batch that its journal has.", e);
    }
  }

  private void refuseWhileBroken() {
    if (broken != null) throw new LedgerException.Unavailable(broken, null);
    var trouble = health.trouble();
    if (trouble.isPresent())
      throw new LedgerException.Unavailable(
          "The disk takes no writes now (" + trouble.get() + ").", null);
  }

  /// After a failed fsync only a new start knows what is on the disk. Usually that ends the process
  /// at once; but a start on a read-only disk would fail, and what is here can still be read.
  private void breakOff(Exception because) {
    broken = "The disk became read-only; the server must be started again once it is not.";
    log.error("Nothing is written any more until the next start; reading goes on.", because);
  }

  private void refuseWithoutSpace() {
    try {
      if (fileStore.getUsableSpace() < minimumFreeBytes)
        throw new LedgerException.Unavailable("The disk is full.", null);
    } catch (IOException e) {
      throw new LedgerException.Unavailable("The disk does not answer.", e);
    }
  }

  private void rollback(Exception cause) {
    try {
      writer.rollback();
    } catch (SQLException e) {
      e.addSuppressed(cause);
      // H2 closes its database after an error in its file; readers fail as well, and only a new
      // start opens it again.
      throw fatal.end("H2 did not roll back.", e);
    }
  }

  /// See [Storage#renewJournal].
  boolean renewJournal(List<byte[]> roots) {
    checkpointing.lock();
    try {
      lock.lock();
      try {
        journal.use(roots);
        dirty = true;
      } finally {
        lock.unlock();
      }
      takeCheckpoint(Moment.UNDER_LOAD);
    } finally {
      checkpointing.unlock();
    }
    lock.lock();
    try {
      return journal.renewed();
    } finally {
      lock.unlock();
    }
  }

  /// Forces what H2 has and drops the journal's segments up to there. False if nothing was written
  /// since the last time, and the file does not become smaller any more either.
  boolean checkpoint() {
    checkpointing.lock();
    try {
      var moment = moment();
      return moment.isPresent() && takeCheckpoint(moment.get());
    } finally {
      checkpointing.unlock();
    }
  }

  private boolean takeCheckpoint(Moment moment) {
    if (broken != null) return false;
    long start = System.nanoTime();
    try {
      journal.prepare();
      long before;
      lock.lock();
      try {
        before = journal.rotate();
        dirty = false;
      } finally {
        lock.unlock();
      }
      if (!force(moment)) return false;
      journal.discardBefore(before);
      metrics.checkpoint(System.nanoTime() - start);
      postponed = false;
      return true;
    } catch (IOException e) {
      postponed("No new segment of the journal could be made; going on in the old one.", e);
      return false;
    }
  }

  /// Of which kind a checkpoint would be now; empty if there is no need for one.
  private Optional<Moment> moment() {
    lock.lock();
    try {
      if (dirty) return Optional.of(Moment.UNDER_LOAD);
    } finally {
      lock.unlock();
    }
    return shrinking.goesOn(checkpoint.usage()) ? Optional.of(Moment.IDLE) : Optional.empty();
  }

  /// Says so once, not every second until the disk is well again.
  private void postponed(String what, IOException e) {
    if (!postponed) log.warn("{}", what, e);
    postponed = true;
  }

  /// False if the last forced version stays the one that counts, and the journal must be kept.
  private boolean force(Moment moment) {
    try {
      checkpoint.take(moment);
      return true;
    } catch (IOException e) {
      postponed("A checkpoint could not be noted; the journal is kept.", e);
    } catch (RuntimeException e) {
      if (DiskHealth.isReadOnly(e)) breakOff(e);
      else if (!health.leaving()) throw fatal.end("H2's file could not be forced to the disk.", e);
    }
    lock.lock();
    try {
      dirty = true;
    } finally {
      lock.unlock();
    }
    return false;
  }

  private void lastCheckpoint() {
    checkpointing.lock();
    try {
      takeCheckpoint(Moment.BEFORE_CLOSING);
    } finally {
      checkpointing.unlock();
    }
  }

  @Override
  public void close() {
    // Otherwise its journal has everything, as after a kill.
    if (health.trouble().isEmpty()) lastCheckpoint();
    try {
      checkpoint.close();
      writer.close();
    } catch (SQLException e) {
      log.warn("Closing H2 failed; its journal is complete.", e);
    }
    journal.close();
  }
}
