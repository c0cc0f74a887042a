package org.hearth.engine.account;

import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// A [device](https://spec.matrix.org/v1.19/client-server-api/#device-management) of a local user.
/// What it has of keys belongs to end-to-end encryption, not here.
///
/// @param displayName null if nobody named it
/// @param lastSeenIp empty if it was never seen; written at most every few minutes
/// @param lastSeenMs 0 if it was never seen
public record Device(
    UserId userId,
    String deviceId,
    @Nullable String displayName,
    String lastSeenIp,
    long lastSeenMs) {}
