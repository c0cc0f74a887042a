package org.hearth.engine.federation;

import org.hearth.schemas.crypto.VerifyKey;

/// A signing key of another server, as far as it is known.
///
/// @param validUntilTs milliseconds since the epoch up to which the key counts: `valid_until_ts` of
///   the newest document that lists it among the current keys, or `expired_ts` once it is listed as
///   an old one
/// @param expired whether it is an old key
public record LearnedKey(VerifyKey key, long validUntilTs, boolean expired) {}
