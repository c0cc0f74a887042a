package org.hearth.engine.federation;

import java.util.Map;
import org.hearth.schemas.id.ServerName;

/// Where sending goes on after a start; see [SenderChange].
public interface SenderStore {

  /// 0 before the first.
  long cursor();

  /// Destinations that lag.
  Map<ServerName, Lag> lagging();

  /// @param deliveredUpTo the destination has everything up to this position
  /// @param sinceMs when it began to lag, in milliseconds since the epoch
  record Lag(long deliveredUpTo, long sinceMs) {}
}
