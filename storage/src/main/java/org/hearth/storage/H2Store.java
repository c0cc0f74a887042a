package org.hearth.storage;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.ledger.BatchWriter.Resume;
import org.hearth.ledger.LedgerException;
import org.hearth.storage.journal.Journal;
import org.hearth.storage.journal.JournalRecord;
import org.hearth.storage.rows.Dialect;
import org.hearth.storage.rows.RowBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Batches on embedded H2: executed, forced in the journal, then committed without being forced.
final class H2Store implements BatchStore {
  private static final Logger log = LoggerFactory.getLogger(H2Store.class);

  /// A rewritten chunk comes free two checkpoints later, so that a few may seem to do nothing.
  private static final int VAIN_CHECKPOINTS = 8;

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

  /// Protects the journal between the writing thread and checkpoints; held while a record is
  /// forced, not while H2's file is.
  private final ReentrantLock lock = new ReentrantLock();

  /// Protects H2's file between checkpoints that are due and those that somebody waits for. Taken
  /// before `lock`.
  private final ReentrantLock checkpointing = new ReentrantLock();

  private boolean dirty;

  /// Size of the file at the last checkpoint, and how many checkpoints without anything to write
  /// did not make it smaller; both protected by the lock.
  private long smallest;

  private int vain;

  /// @param journal replayed already, so that H2 has every acknowledged batch
  H2Store(
      H2Files files,
      H2Checkpoint checkpoint,
      Journal journal,
      DatabaseSettings settings,
      Fatal fatal,
      StorageMetrics metrics)
      throws SQLException, IOException {
    this.fileStore = Files.getFileStore(files.directory());
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
    force(false);
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
      vain = 0;
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
      throw fatal.end("The journal could not be forced to the disk.", e);
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
    lock.lock();
    try {
      journal.use(roots);
      dirty = true;
    } finally {
      lock.unlock();
    }
    checkpoint();
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
      return takeCheckpoint();
    } finally {
      checkpointing.unlock();
    }
  }

  private boolean takeCheckpoint() {
    long start = System.nanoTime();
    try {
      long before;
      boolean idle;
      lock.lock();
      try {
        idle = !dirty;
        if (idle && !mayShrink()) return false;
        dirty = false;
        before = journal.rotate();
      } finally {
        lock.unlock();
      }
      force(idle);
      lock.lock();
      try {
        journal.discardBefore(before);
      } finally {
        lock.unlock();
      }
      metrics.checkpoint(System.nanoTime() - start);
      return true;
    } catch (IOException e) {
      log.warn("No new segment of the journal could be made; going on in the old one.", e);
      return false;
    }
  }

  /// Checkpoints rewrite what is sparse. They go on without anything to write as long as that makes
  /// the file smaller.
  private boolean mayShrink() {
    long size = checkpoint.fileSize();
    if (size < smallest) vain = 0;
    else vain++;
    smallest = size;
    return vain <= VAIN_CHECKPOINTS && checkpoint.isWasteful();
  }

  private void force(boolean idle) {
    try {
      checkpoint.take(idle);
    } catch (IOException | RuntimeException e) {
      throw fatal.end("H2's file could not be forced to the disk.", e);
    }
  }

  @Override
  public void close() {
    checkpoint();
    try {
      checkpoint.close();
      writer.close();
    } catch (SQLException e) {
      log.warn("Closing H2 failed; its journal is complete.", e);
    }
    journal.close();
  }
}
