package org.hearth.storage.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One batch as it was written.
///
/// @param batch its id in the ledger
/// @param previous the id of the record before it, also across segments; 0 for the first one of all
public record JournalRecord(long batch, long previous, List<Statement> statements) {

  /// One statement with the parameters of each of its executions.
  public record Statement(String sql, List<@Nullable Object[]> rows) {}
}
