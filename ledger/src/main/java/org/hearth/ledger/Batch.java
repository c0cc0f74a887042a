package org.hearth.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What is written in one transaction with one fsync.
///
/// @param id grows by one with each batch that is tried; stored with it, so that after a lost
///   connection the writer can look whether the batch arrived
/// @param entries the changes, entry by entry, in the order of their positions
/// @param changes all changes in the order of their positions; everybody who hears of the batch
///   goes through them
public record Batch(long id, List<List<Positioned<?>>> entries, List<Positioned<?>> changes) {

  public Batch(long id, List<List<Positioned<?>>> entries) {
    this(id, List.copyOf(entries), all(entries));
  }

  private static List<Positioned<?>> all(List<List<Positioned<?>>> entries) {
    var changes = new ArrayList<Positioned<?>>();
    entries.forEach(changes::addAll);
    return Collections.unmodifiableList(changes);
  }
}
