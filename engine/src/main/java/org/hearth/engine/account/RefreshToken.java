package org.hearth.engine.account;

import org.hearth.schemas.id.UserId;

/// What is stored of a refresh token.
///
/// @param expiresMs when it stops working, in milliseconds since 1970; `Long.MAX_VALUE` for never
public record RefreshToken(TokenHash hash, UserId userId, String deviceId, long expiresMs) {}
