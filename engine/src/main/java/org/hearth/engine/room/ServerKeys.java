package org.hearth.engine.room;

import java.util.Optional;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;

/// Other servers' signing keys. May block on network: never called with a lock held.
@FunctionalInterface
public interface ServerKeys {

  /// A key for checking a signature that `server` made at `timestamp`; empty if there is none to be
  /// had.
  ///
  /// @param timestamp `origin_server_ts` of the event, milliseconds
  /// @param strict whether the key must have been valid then; else any known key is good
  Optional<VerifyKey> find(ServerName server, String keyId, long timestamp, boolean strict);

  /// [#find] without asking other servers.
  default Optional<VerifyKey> known(
      ServerName server, String keyId, long timestamp, boolean strict) {
    return find(server, keyId, timestamp, strict);
  }
}
