package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// What changes in the keys of devices and in the log of changed device lists.
public sealed interface KeyChange extends Change {
  UserId user();

  /// The identity keys of a device, in place of those it had.
  record DeviceKeysStored(UserId user, String deviceId, ObjectNode keys) implements KeyChange {}

  /// All keys of the device and all signatures on it go.
  record DeviceKeysForgotten(UserId user, String deviceId) implements KeyChange {}

  /// The device has a new identity: one-time keys, fallback keys and signatures of the old one go.
  record IdentityReplaced(UserId user, String deviceId) implements KeyChange {}

  /// New one-time keys, in the order in which they will be handed out.
  record OneTimeKeysAdded(UserId user, String deviceId, List<OneTimeKey> keys)
      implements KeyChange {
    public OneTimeKeysAdded {
      keys = List.copyOf(keys);
    }
  }

  /// The key is handed out; its name stays known for a while, so that a repeated upload does not
  /// bring it back.
  record OneTimeKeyClaimed(UserId user, String deviceId, String algorithm, String keyId)
      implements KeyChange {}

  /// Names of keys that were uploaded up to this position and are handed out are no longer
  /// remembered.
  record ClaimedKeysForgotten(UserId user, String deviceId, long uploadedUpTo)
      implements KeyChange {}

  /// The one fallback key of an algorithm, not used yet.
  record FallbackKeyStored(
      UserId user, String deviceId, String algorithm, String keyId, JsonNode key)
      implements KeyChange {}

  record FallbackKeyUsed(UserId user, String deviceId, String algorithm) implements KeyChange {}

  /// A line of the log of changed device lists. Its position is the `stream_id` of the
  /// `m.device_list_update` that tells other servers.
  ///
  /// @param deviceId the device that came, changed or went; empty when cross-signing keys changed
  /// @param visibleTo the only user who may notice (a signature of its user-signing key); empty for
  ///   all
  record DeviceListChanged(UserId user, Optional<String> deviceId, Optional<UserId> visibleTo)
      implements KeyChange {

    public static DeviceListChanged device(UserId user, String deviceId) {
      return new DeviceListChanged(user, Optional.of(deviceId), Optional.empty());
    }

    public static DeviceListChanged crossSigning(UserId user) {
      return new DeviceListChanged(user, Optional.empty(), Optional.empty());
    }

    public static DeviceListChanged onlyFor(UserId viewer, UserId user) {
      return new DeviceListChanged(user, Optional.empty(), Optional.of(viewer));
    }
  }
}
