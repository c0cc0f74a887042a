package org.hearth.engine;

import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Who asks: a local user, by one of their devices.
///
/// @param deviceId null when an application service or an administrator acts without a device
public record Requester(UserId userId, @Nullable String deviceId) {}
