package org.hearth.schemas.room;

/// Where an event's ID comes from.
public enum EventIdFormat {
  /// `$opaque:server`, a field of the event that its server chooses.
  FIELD,
  /// `$` and the reference hash in the standard Base64 alphabet.
  HASH_STANDARD_BASE64,
  /// `$` and the reference hash in the URL-safe Base64 alphabet.
  HASH_URL_SAFE_BASE64
}
