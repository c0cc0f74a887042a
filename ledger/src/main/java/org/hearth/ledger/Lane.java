package org.hearth.ledger;

/// Which entries go first when more wait than a batch takes. Within a lane order is kept; between
/// lanes it is not, so changes that depend on each other use the same lane.
public enum Lane {
  /// Somebody waits for an answer: sends, logins, key claims.
  INTERACTIVE,
  /// Other servers' events and the queues towards them.
  FEDERATION,
  /// Large or background work: joins of large rooms, followers' cursors, purges. Taken in slices.
  BULK
}
