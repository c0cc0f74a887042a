package org.hearth.storage.rows;

import org.hearth.ledger.Change;
import org.hearth.ledger.Positioned;

/// How one kind of change becomes rows. Runs on the ledger's thread: no queries, no waiting.
///
/// Changes carry what the engine means, in clear; rows carry what the disk may see. So this is
/// where payloads are sealed.
@FunctionalInterface
public interface ChangeRows<C extends Change> {

  /// Gives the rows of the change to the sink. Throwing refuses the entry that the change belongs
  /// to.
  void rows(Positioned<C> change, RowSink sink);
}
