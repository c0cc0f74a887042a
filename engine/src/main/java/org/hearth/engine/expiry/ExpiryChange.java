package org.hearth.engine.expiry;

import org.hearth.ledger.Change;

/// When self-destructing events are due.
public sealed interface ExpiryChange extends Change {

  /// Everybody has read it.
  ///
  /// @param room the room's number
  record Scheduled(long room, int ordinal, long atMs) implements ExpiryChange {}

  /// Its content and its key are gone.
  record Done(long room, int ordinal) implements ExpiryChange {}
}
