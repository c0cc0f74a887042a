package org.hearth.federation.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.federation.LearnedKey;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// A server's [key
/// document](https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server), checked.
///
/// @param validUntilTs milliseconds since the epoch, as the document says
record KeyDocument(ServerName server, long validUntilTs, List<LearnedKey> keys, ObjectNode json) {
  static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_KEYS = 200;

  /// Checks that `json` is `server`'s document and bears a signature by one of its current keys.
  /// Keys of other algorithms, and such that cannot be read, are left out.
  static Optional<KeyDocument> check(ServerName server, JsonNode json) {
    if (!(json instanceof ObjectNode document)
        || !server.value().equals(document.path("server_name").asText())
        || !document.path("valid_until_ts").canConvertToLong()
        || document.path("verify_keys").size() + document.path("old_verify_keys").size() > MAX_KEYS
        || Json.write(document).length > MAX_BYTES) {
      return Optional.empty();
    }
    long validUntilTs = document.path("valid_until_ts").longValue();
    List<LearnedKey> keys = new ArrayList<>();
    boolean signed = false;
    for (Map.Entry<String, JsonNode> entry : document.path("verify_keys").properties()) {
      VerifyKey key = key(entry.getKey(), entry.getValue());
      if (key == null) continue;
      keys.add(new LearnedKey(key, validUntilTs, false));
      signed = signed || SignedJson.verify(document, server.value(), key);
    }
    if (!signed) return Optional.empty();
    for (Map.Entry<String, JsonNode> entry : document.path("old_verify_keys").properties()) {
      VerifyKey key = key(entry.getKey(), entry.getValue());
      JsonNode expired = entry.getValue().path("expired_ts");
      if (key == null || !expired.canConvertToLong()) continue;
      keys.add(new LearnedKey(key, expired.longValue(), true));
    }
    return Optional.of(new KeyDocument(server, validUntilTs, List.copyOf(keys), document));
  }

  private static @Nullable VerifyKey key(String id, JsonNode value) {
    JsonNode text = value.path("key");
    if (!text.isTextual()) return null;
    try {
      return VerifyKey.decode(id, text.textValue());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
