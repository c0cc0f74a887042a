package org.hearth.engine.federation;

import org.hearth.ledger.Change;
import org.hearth.schemas.id.ServerName;

/// How far events have been sent to other servers.
public sealed interface SenderChange extends Change {

  /// Every destination that does not lag has all events up to this position.
  record CursorMoved(long position) implements SenderChange {}

  /// The destination has all events up to this position, and perhaps not those after it.
  ///
  /// @param sinceMs when it began to lag, in milliseconds since the epoch
  record DestinationLags(ServerName destination, long deliveredUpTo, long sinceMs)
      implements SenderChange {}

  /// The destination no longer lags.
  record DestinationCaughtUp(ServerName destination) implements SenderChange {}
}
