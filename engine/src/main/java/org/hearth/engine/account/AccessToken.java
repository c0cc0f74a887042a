package org.hearth.engine.account;

import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What is stored of an access token.
///
/// @param refresh the refresh token handed out with it; null if none was
/// @param expiresMs when it stops working, in milliseconds since 1970; `Long.MAX_VALUE` for never
/// @param fresh it came from a refresh and was not used yet: its first use ends the tokens before
///   it
public record AccessToken(
    TokenHash hash,
    UserId userId,
    String deviceId,
    @Nullable TokenHash refresh,
    long expiresMs,
    boolean fresh) {}
