package org.hearth.engine.account;

import org.hearth.schemas.id.UserId;

/// A login: what a good access token stands for.
///
/// @param deviceId the device that the token belongs to
/// @param administrator whether the account administers this server
/// @param locked all but logging out is refused to a locked account
/// @param suspended a suspended account may read, but hardly change anything
public record Session(
    UserId userId, String deviceId, boolean administrator, boolean locked, boolean suspended) {}
