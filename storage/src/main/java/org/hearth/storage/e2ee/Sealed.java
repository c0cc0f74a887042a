package org.hearth.storage.e2ee;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;

/// JSON in columns, sealed to its row or in clear.
record Sealed(Sealing sealing) {

  /// @param place the row and column that the value belongs to
  byte[] seal(KeyScope scope, String place, JsonNode json) {
    return sealing.seal(scope, bytes(place), Json.write(json));
  }

  ObjectNode open(KeyScope scope, String place, byte[] sealed) {
    return (ObjectNode) parse(sealing.open(scope, bytes(place), sealed));
  }

  static byte[] clear(JsonNode json) {
    return Json.write(json);
  }

  static JsonNode parse(byte[] json) {
    try {
      return Json.parse(json);
    } catch (MalformedJson e) {
      throw new IllegalStateException("A row holds no JSON", e);
    }
  }

  static String deviceKeys(String userId, String deviceId) {
    return userId + "|" + deviceId + "|keys";
  }

  static String inbox(String userId, String deviceId, long position) {
    return userId + "|" + deviceId + "|" + position + "|to-device";
  }

  static String queue(String destination, long position) {
    return destination + "|" + position + "|edu";
  }

  static String backup(String userId, long version, String roomId, String sessionId) {
    return userId + "|" + version + "|" + roomId + "|" + sessionId + "|backup";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
