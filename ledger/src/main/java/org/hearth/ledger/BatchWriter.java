package org.hearth.ledger;

/// Writes batches durably; implemented by storage. Called by one thread at a time.
public interface BatchWriter {

  /// Where numbering goes on after a start.
  ///
  /// @param lastPosition greater than or equal to every position ever written, also by batches that
  ///   failed
  /// @param lastBatch the same for batch ids
  record Resume(long lastPosition, long lastBatch) {}

  Resume resume();

  /// Writes all changes of the batch in one transaction and returns when it survives a power cut.
  ///
  /// Throws [LedgerException.Refused] when the data itself is at fault and nothing was written (the
  /// ledger then tries entry by entry), [LedgerException.Unavailable] when nothing was written and
  /// nothing can be for now. It never returns normally, nor throws one of these two, while it is
  /// unknown whether the batch was written: it finds out, or ends the process.
  void write(Batch batch);
}
