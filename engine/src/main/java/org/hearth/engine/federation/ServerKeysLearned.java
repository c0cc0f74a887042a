package org.hearth.engine.federation;

import java.util.List;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.ServerName;

/// A key document of another server was fetched and found good. Its keys replace those of the same
/// IDs; keys that it no longer lists stay as they were.
///
/// @param document the signed JSON as it came, for passing on as a notary; at most 64 kB
/// @param fetchedTs milliseconds since the epoch
public record ServerKeysLearned(
    ServerName server, List<LearnedKey> keys, byte[] document, long fetchedTs) implements Change {
  public ServerKeysLearned {
    keys = List.copyOf(keys);
  }
}
