package org.hearth.e2ee;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// A device with real keys, as a client has them.
public record TestDevice(UserId user, String id, SigningKey key) {
  private static final SecureRandom RANDOM = new SecureRandom();

  public static TestDevice of(UserId user, String id) {
    return new TestDevice(user, id, SigningKey.generate("ed25519:" + id, RANDOM));
  }

  public ObjectNode deviceKeys() {
    var keys = Json.object().put("user_id", user.value()).put("device_id", id);
    keys.putArray("algorithms").add("m.olm.v1.curve25519-aes-sha2").add("m.megolm.v1.aes-sha2");
    keys.putObject("keys")
        .put("curve25519:" + id, Base64Unpadded.encode(new byte[32]))
        .put("ed25519:" + id, key.verifyKey().base64());
    return SignedJson.sign(keys, user.value(), key);
  }

  public ObjectNode oneTimeKey() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return SignedJson.sign(
        Json.object().put("key", Base64Unpadded.encode(bytes)), user.value(), key);
  }

  /// Keys `signed_curve25519:K<from>` and so on.
  public Map<String, JsonNode> oneTimeKeys(int from, int count) {
    var keys = new LinkedHashMap<String, JsonNode>();
    for (int i = from; i < from + count; i++)
      keys.put("signed_curve25519:K%05d".formatted(i), oneTimeKey());
    return keys;
  }
}
