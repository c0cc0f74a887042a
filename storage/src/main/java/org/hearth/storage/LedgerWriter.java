package org.hearth.storage;

import java.util.List;
import org.hearth.ledger.Batch;
import org.hearth.ledger.BatchWriter;
import org.hearth.ledger.LedgerException;
import org.hearth.storage.rows.RowBatch;
import org.hearth.storage.rows.Table;

/// Writes the ledger's batches: translates changes into rows, adds the batch's own row, and has the
/// store write all of it in one durable transaction.
public final class LedgerWriter implements BatchWriter {

  /// One row per recent batch: which batches were written, for replay and for commits whose answer
  /// was lost.
  static final Table BATCHES = Table.of("ledger_batch", List.of("id"), "last_position", "epoch");

  private static final org.hearth.storage.rows.RowWrite FORGET =
      BATCHES.sql("DELETE FROM ledger_batch WHERE id < ?");

  /// How many batch rows are kept at least.
  private static final int KEPT = 4096;

  private final BatchStore store;
  private final ChangeRegistry registry;
  private final List<BatchCompanion> companions;
  private final StorageMetrics metrics;
  private long lastPosition;
  private long lastBatch;

  LedgerWriter(
      BatchStore store,
      List<Topic> topics,
      List<BatchCompanion> companions,
      StorageMetrics metrics) {
    this.store = store;
    this.registry = new ChangeRegistry(topics);
    this.companions = List.copyOf(companions);
    this.metrics = metrics;
    this.lastPosition = store.resume().lastPosition();
    this.lastBatch = store.resume().lastBatch();
  }

  /// Whether some topic has rows for this kind of change.
  public boolean covers(Class<? extends org.hearth.ledger.Change> kind) {
    return registry.covers(kind);
  }

  @Override
  public Resume resume() {
    return new Resume(lastPosition, lastBatch);
  }

  @Override
  public void write(Batch batch) {
    long start = System.nanoTime();
    lastBatch = batch.id();
    var changes = batch.changes();
    var last = changes.isEmpty() ? lastPosition : changes.getLast().position();
    lastPosition = last;
    var rows = new RowBatch();
    for (var companion : companions) companion.begin();
    try {
      for (var change : changes) registry.rows(change, rows);
    } catch (LedgerException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new LedgerException.Refused(e);
    }
    for (var companion : companions) companion.rows(rows);
    // An empty batch only waits for those before it.
    if (rows.size() > 0) {
      rows.insert(BATCHES, batch.id(), last, store.epoch());
      if (batch.id() % (KEPT / 4) == 0) rows.run(FORGET, batch.id() - KEPT);
      store.write(batch.id(), rows);
      for (var companion : companions) companion.committed();
    }
    metrics.batch(changes.size(), rows.size(), System.nanoTime() - start);
  }
}
