package org.hearth.ledger;

import java.util.concurrent.CompletableFuture;

/// The one queue of everything that becomes durable. See [package][org.hearth.ledger].
public interface Ledger {

  /// Queues the entry. The future completes after the entry is durable and its effect has run, with
  /// the position of its last change (or of the last committed one, if it has none); it fails with
  /// a [LedgerException] otherwise.
  ///
  /// Does not block. A full queue fails the future with [LedgerException.Full] and runs
  /// [Effect#failed] before returning.
  CompletableFuture<Long> append(Entry entry);

  /// The position up to which everything is durable and visible; 0 on an empty server.
  long committed();

  void listen(CommitListener listener);

  /// Appends and waits, which suits a request's virtual thread. Throws the [LedgerException].
  default long write(Entry entry) {
    try {
      return append(entry).join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof LedgerException why) throw why;
      throw e;
    }
  }

  /// [#write] of changes for which somebody waits.
  default long write(Change... changes) {
    return write(Entry.interactive(changes));
  }
}
