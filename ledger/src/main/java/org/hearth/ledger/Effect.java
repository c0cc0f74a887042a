package org.hearth.ledger;

/// What happens in memory once the fate of an entry is known. Both methods run on the ledger's
/// thread, in commit order: they must be short and must not block on anything that waits for the
/// ledger.
public interface Effect {

  /// An entry without consequences in memory.
  Effect NONE = _ -> {};

  /// The entry is durable; nothing that came after it is visible yet.
  ///
  /// @param firstPosition of the entry's first change; the others follow one by one
  void committed(long firstPosition);

  /// The entry is not written and never will be by itself. Runs before any later entry is written,
  /// so that what was built on this one can be invalidated (see [Entry#valid]).
  default void failed(LedgerException why) {}
}
