package org.hearth.ledger;

import java.util.List;
import java.util.function.BooleanSupplier;

/// Changes that become durable together or not at all.
///
/// @param changes in the order in which they are numbered; may be empty, to wait for everything
///   appended before
/// @param valid asked when a batch is formed; false fails the entry with
///   [LedgerException.Superseded]. A room uses it to withdraw what it built upon an entry that
///   failed
/// @param effect runs after the commit
public record Entry(Lane lane, List<Change> changes, BooleanSupplier valid, Effect effect) {

  public Entry {
    changes = List.copyOf(changes);
  }

  public static Entry of(Lane lane, List<? extends Change> changes) {
    return new Entry(lane, List.copyOf(changes), () -> true, Effect.NONE);
  }

  public static Entry interactive(Change... changes) {
    return of(Lane.INTERACTIVE, List.of(changes));
  }

  public Entry withEffect(Effect then) {
    return new Entry(lane, changes, valid, then);
  }

  public Entry validWhile(BooleanSupplier condition) {
    return new Entry(lane, changes, condition, effect);
  }
}
