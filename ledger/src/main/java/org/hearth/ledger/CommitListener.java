package org.hearth.ledger;

/// Hears of every batch after its effects ran, on the ledger's thread: wake waiters, wake
/// followers. Must be short.
@FunctionalInterface
public interface CommitListener {

  /// Everything up to and including `committed` is durable and visible.
  void committed(long committed, Batch batch);
}
