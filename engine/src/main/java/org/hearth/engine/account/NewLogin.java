package org.hearth.engine.account;

import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.jspecify.annotations.Nullable;

/// What a client asks of a new login.
///
/// @param deviceId null for a new device
/// @param deviceName the name of a new device; null for none
/// @param refreshable whether the client can refresh tokens
public record NewLogin(
    @Nullable String deviceId, @Nullable String deviceName, boolean refreshable) {
  private static final int MAX_DEVICE_ID = 255;

  /// The same, with what we can store: `M_INVALID_PARAM` for a device ID that is empty, too long or
  /// unprintable; a name that is too long is cut.
  Outcome<NewLogin> checked() {
    if (deviceId != null
        && (deviceId.isEmpty()
            || deviceId.length() > MAX_DEVICE_ID
            || deviceId.chars().anyMatch(Character::isISOControl))) {
      return Outcome.refused(ErrorCode.M_INVALID_PARAM, "Not a usable device_id");
    }
    String name =
        deviceName == null || deviceName.length() <= Devices.MAX_NAME
            ? deviceName
            : deviceName.substring(0, Devices.MAX_NAME);
    return Outcome.done(new NewLogin(deviceId, name, refreshable));
  }
}
