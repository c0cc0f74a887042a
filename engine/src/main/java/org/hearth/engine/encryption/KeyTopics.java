package org.hearth.engine.encryption;

import java.util.Set;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.todevice.ToDeviceChange.MessageArrived;
import org.hearth.engine.sync.Topic;
import org.hearth.ledger.Change;

/// Which devices want to hear of a change in keys, device lists or inboxes.
public final class KeyTopics {
  private KeyTopics() {}

  /// Empty for changes that concern nobody, or that are not about encryption.
  public static Set<Topic> of(Change change) {
    return switch (change) {
      case MessageArrived arrived ->
          Set.of(new Topic.Device(arrived.recipient(), arrived.deviceId()));
      case KeyChange.DeviceListChanged _ -> Set.of(new Topic.DeviceLists());
      case KeyChange.OneTimeKeysAdded(var user, var id, var _) -> device(user, id);
      case KeyChange.OneTimeKeyClaimed(var user, var id, var _, var _) -> device(user, id);
      case KeyChange.IdentityReplaced(var user, var id) -> device(user, id);
      case KeyChange.FallbackKeyStored(var user, var id, var _, var _, var _) -> device(user, id);
      case KeyChange.FallbackKeyUsed(var user, var id, var _) -> device(user, id);
      default -> Set.of();
    };
  }

  private static Set<Topic> device(org.hearth.schemas.id.UserId user, String deviceId) {
    return Set.of(new Topic.Device(user, deviceId));
  }
}
