package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// What changes in the cached device lists of remote users.
public sealed interface RemoteListChange extends Change {

  /// The whole list and the cross-signing keys, as the user's server told them.
  ///
  /// @param fetchedAt the ledger's position before the server was asked
  record RemoteListStored(
      UserId user,
      long streamId,
      long fetchedAt,
      SortedMap<String, ObjectNode> devices,
      Map<Usage, ObjectNode> crossSigning)
      implements RemoteListChange {}

  /// One device came, changed or (without keys) went, and nothing was missed before.
  record RemoteDeviceUpdated(UserId user, long streamId, String deviceId, Optional<ObjectNode> keys)
      implements RemoteListChange {}

  /// The list may have changed in ways that we do not know. Its position is what a later
  /// `fetchedAt` must reach to be good again.
  record RemoteListStale(UserId user) implements RemoteListChange {}
}
