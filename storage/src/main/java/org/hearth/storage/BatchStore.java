package org.hearth.storage;

import org.hearth.ledger.BatchWriter.Resume;
import org.hearth.storage.rows.RowBatch;

/// Executes the rows of a batch in one transaction and makes them durable. Used by one thread at a
/// time.
interface BatchStore extends AutoCloseable {

  /// Where the stored batches end. The epoch of this process is already one above all earlier ones.
  Resume resume();

  /// How often a writer has been opened on this database.
  long epoch();

  /// Same contract as [org.hearth.ledger.BatchWriter#write].
  void write(long batchId, RowBatch rows);

  @Override
  void close();
}
