package org.hearth.engine.federation;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.ServerName;

/// Keys of other servers that were learned before. Implementations block.
public interface ServerKeyStore {

  /// What is known of `server`; empty if nothing is.
  Optional<Known> find(ServerName server);

  /// @param keys all keys ever learned, newest documents winning
  /// @param document the newest document, as it came
  /// @param fetchedTs when that was, in milliseconds since the epoch
  record Known(List<LearnedKey> keys, byte[] document, long fetchedTs) {
    public Known {
      keys = List.copyOf(keys);
    }
  }
}
