package org.hearth.ledger;

import java.util.List;

/// What is written in one transaction with one fsync.
///
/// @param id grows by one with each batch that is tried; stored with it, so that after a lost
///   connection the writer can look whether the batch arrived
/// @param entries the changes, entry by entry, in the order of their positions
public record Batch(long id, List<List<Positioned<?>>> entries) {

  public Batch {
    entries = List.copyOf(entries);
  }

  /// All changes in the order of their positions.
  public List<Positioned<?>> changes() {
    return entries.stream().<Positioned<?>>flatMap(List::stream).toList();
  }
}
