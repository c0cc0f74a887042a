package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.e2ee.Signed;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// What must be true of [device
/// keys](https://spec.matrix.org/v1.19/client-server-api/#device-keys).
public final class DeviceKeysCheck {
  private static final int MAX_ALGORITHMS = 32;
  private static final int MAX_KEYS = 32;

  private DeviceKeysCheck() {}

  /// Why a device may not upload these keys as its own.
  ///
  /// "Signatures for the device key object": one by the device's own key that is wrong is refused,
  /// as it can only be a mistake. One that is absent is not: servers have always taken unsigned
  /// keys, and it is for the clients that use them to judge, since they cannot trust a server's
  /// word for it anyway.
  static Optional<Refusal> refusal(UserId user, String deviceId, ObjectNode keys) {
    return shapeProblem(user, deviceId, keys)
        .map(problem -> new Refusal(ErrorCode.M_BAD_JSON, problem))
        .or(() -> signatureProblem(user, deviceId, keys));
  }

  private static Optional<Refusal> signatureProblem(UserId user, String deviceId, ObjectNode keys) {
    var signed = keys.path("signatures").path(user.value()).has("ed25519:" + deviceId);
    boolean right =
        Signed.key(keys, deviceId).filter(key -> Signed.verify(keys, user, key)).isPresent();
    return !signed || right
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                ErrorCode.M_INVALID_SIGNATURE,
                "The signature of device_keys by ed25519:" + deviceId + " is wrong"));
  }

  /// Whether keys that another server gave out are those of this device.
  public static boolean belongsTo(UserId user, String deviceId, ObjectNode keys) {
    return shapeProblem(user, deviceId, keys).isEmpty();
  }

  private static Optional<String> shapeProblem(UserId user, String deviceId, ObjectNode keys) {
    if (!keys.path("user_id").asText("").equals(user.value()))
      return Optional.of("device_keys.user_id must be the user who is logged in");
    if (!keys.path("device_id").asText("").equals(deviceId))
      return Optional.of("device_keys.device_id must be the device that is logged in");
    var algorithms = keys.path("algorithms");
    if (!algorithms.isArray() || algorithms.size() > MAX_ALGORITHMS)
      return Optional.of("device_keys.algorithms must be a short list");
    for (var algorithm : algorithms)
      if (!algorithm.isTextual()) return Optional.of("device_keys.algorithms must hold names");
    if (!(keys.path("keys") instanceof ObjectNode map) || map.size() > MAX_KEYS)
      return Optional.of("device_keys.keys must be a small object");
    for (var entry : map.properties()) {
      if (!entry.getKey().endsWith(":" + deviceId) || !entry.getValue().isTextual())
        return Optional.of("device_keys.keys must map <algorithm>:<device_id> to keys");
    }
    return Optional.empty();
  }
}
