package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.JsonNode;

/// A [one-time or fallback
/// key](https://spec.matrix.org/v1.19/client-server-api/#one-time-and-fallback-keys).
///
/// @param algorithm for example `signed_curve25519`
/// @param keyId the part of the name after the colon
/// @param key a text, or an object with `key` and `signatures`
public record OneTimeKey(String algorithm, String keyId, JsonNode key) {

  /// As on the wire: `<algorithm>:<key_id>`.
  public String name() {
    return algorithm + ":" + keyId;
  }
}
