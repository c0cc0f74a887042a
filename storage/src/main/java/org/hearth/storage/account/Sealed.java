package org.hearth.storage.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// What belongs to one account, sealed under its key. The place binds it to its row and column.
record Sealed(Sealing sealing) {

  byte[] text(UserId userId, String place, String text) {
    return sealing.seal(
        KeyScope.account(userId), bytes(userId, place), text.getBytes(StandardCharsets.UTF_8));
  }

  byte[] json(UserId userId, String place, Object value) {
    return sealing.seal(KeyScope.account(userId), bytes(userId, place), Json.write(value));
  }

  @Nullable String openText(UserId userId, String place, byte @Nullable [] sealed) {
    return sealed == null
        ? null
        : new String(
            sealing.open(KeyScope.account(userId), bytes(userId, place), sealed),
            StandardCharsets.UTF_8);
  }

  JsonNode openJson(UserId userId, String place, byte[] sealed) {
    try {
      return Json.parse(sealing.open(KeyScope.account(userId), bytes(userId, place), sealed));
    } catch (MalformedJson e) {
      throw new IllegalStateException("Stored JSON does not parse", e);
    }
  }

  ObjectNode openObject(UserId userId, String place, byte[] sealed) {
    if (openJson(userId, place, sealed) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalStateException("Stored JSON is no object");
  }

  private static byte[] bytes(UserId userId, String place) {
    return (userId + "|" + place).getBytes(StandardCharsets.UTF_8);
  }

  static String deviceName(String deviceId) {
    return "device name|" + deviceId;
  }

  static String deviceIp(String deviceId) {
    return "device ip|" + deviceId;
  }

  static String profile(String field) {
    return "profile|" + field;
  }

  static String accountData(String roomId, String type) {
    return "account data|" + roomId + "|" + type;
  }

  static String filter(String filterId) {
    return "filter|" + filterId;
  }

  static String pusher(String appId, String pushkeyHash) {
    return "pusher|" + pushkeyHash + "|" + appId;
  }
}
