package org.hearth.e2ee.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.json.Json;

/// The structure of
/// [m.room.encrypted](https://spec.matrix.org/v1.19/client-server-api/#mroomencrypted): its defined
/// keys, ciphertext that is Base64 of a message of the algorithm's format, and little else. A
/// server cannot see whether ciphertext is honest, but a client that sends words by mistake is
/// stopped.
final class Ciphertext {
  static final String MEGOLM = "m.megolm.v1.aes-sha2";
  static final String OLM = "m.olm.v1.curve25519-aes-sha2";

  private static final Set<String> MEGOLM_KEYS =
      Set.of("algorithm", "ciphertext", "sender_key", "device_id", "session_id", "m.relates_to");
  private static final Set<String> OLM_KEYS = Set.of("algorithm", "ciphertext", "sender_key");

  /// Keys whose values are words or point to them, wherever they stand outside of ciphertext.
  private static final Set<String> WORDS =
      Set.of(
          "body",
          "formatted_body",
          "msgtype",
          "url",
          "file",
          "filename",
          "m.new_content",
          "m.text",
          "m.file",
          "org.matrix.msc1767.text",
          "org.matrix.msc1767.message");

  private static final Set<String> RELATION_KEYS =
      Set.of("rel_type", "event_id", "key", "is_falling_back", "m.in_reply_to");

  /// For keys that clients add beside the defined ones, such as `org.matrix.msgid`.
  private static final int MAX_EXTRAS = 1_024;

  private static final int MAX_RELATION = 1_024;
  private static final int MAX_NAME = 255;
  private static final int MIN_BYTES = 16;
  private static final int VERSION = 3;

  private Ciphertext() {}

  /// What is wrong with the content of a room event, if anything.
  static Optional<String> problemInRoom(ObjectNode content) {
    var algorithm = content.path("algorithm").asText("");
    if (!algorithm.equals(MEGOLM)) return Optional.of("its algorithm must be " + MEGOLM);
    if (!isCiphertext(content.path("ciphertext")))
      return Optional.of("its ciphertext is not a Megolm message in Base64");
    for (var name : Set.of("session_id", "sender_key", "device_id")) {
      var value = content.get(name);
      if (value != null && !isName(value)) return Optional.of(name + " must be a short text");
    }
    if (!content.has("session_id")) return Optional.of("it has no session_id");
    return relationProblem(content).or(() -> extrasProblem(content, MEGOLM_KEYS));
  }

  /// What is wrong with the content of a send-to-device message, if anything.
  static Optional<String> problemToDevice(ObjectNode content) {
    var algorithm = content.path("algorithm").asText("");
    if (algorithm.equals(MEGOLM)) return problemInRoom(content);
    if (!algorithm.equals(OLM)) return Optional.of("its algorithm must be " + OLM);
    if (!isName(content.path("sender_key"))) return Optional.of("it has no sender_key");
    if (!(content.path("ciphertext") instanceof ObjectNode byKey) || byKey.isEmpty())
      return Optional.of("its ciphertext must map keys to messages");
    for (var entry : byKey.properties()) {
      var message = entry.getValue();
      boolean good =
          entry.getKey().length() <= MAX_NAME
              && message.size() == 2
              && message.path("type").isInt()
              && isCiphertext(message.path("body"));
      if (!good) return Optional.of("its ciphertext is not an Olm message in Base64");
    }
    return extrasProblem(content, OLM_KEYS);
  }

  /// Both Olm and Megolm messages begin with their version, 3.
  private static boolean isCiphertext(JsonNode node) {
    if (!node.isTextual()) return false;
    try {
      var bytes = Base64Unpadded.decode(node.textValue());
      return bytes.length >= MIN_BYTES && bytes[0] == VERSION;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<String> relationProblem(ObjectNode content) {
    var relation = content.get("m.relates_to");
    if (relation == null) return Optional.empty();
    if (!relation.isObject() || bytes(relation) > MAX_RELATION)
      return Optional.of("m.relates_to must be a small object");
    for (var entry : relation.properties()) {
      if (!RELATION_KEYS.contains(entry.getKey()))
        return Optional.of("m.relates_to may not hold " + shortened(entry.getKey()));
    }
    return holdsWords(relation)
        ? Optional.of("m.relates_to may not hold words in clear")
        : Optional.empty();
  }

  private static Optional<String> extrasProblem(ObjectNode content, Set<String> defined) {
    int size = 0;
    for (var entry : content.properties()) {
      if (defined.contains(entry.getKey())) continue;
      if (WORDS.contains(entry.getKey()) || holdsWords(entry.getValue()))
        return Optional.of("it holds " + shortened(entry.getKey()) + " in clear");
      size += entry.getKey().getBytes(UTF_8).length + bytes(entry.getValue());
    }
    return size > MAX_EXTRAS
        ? Optional.of("it holds too much beside the ciphertext")
        : Optional.empty();
  }

  /// Bounds are in bytes: what is no ASCII takes up to four of them.
  static int bytes(JsonNode node) {
    return Json.write(node).length;
  }

  static boolean holdsWords(JsonNode node) {
    for (var entry : node.properties()) {
      if (WORDS.contains(entry.getKey()) || holdsWords(entry.getValue())) return true;
    }
    if (node.isArray()) for (var element : node) if (holdsWords(element)) return true;
    return false;
  }

  private static boolean isName(JsonNode node) {
    return node.isTextual() && node.textValue().length() <= MAX_NAME;
  }

  private static String shortened(String key) {
    return key.length() <= 64 ? key : key.substring(0, 64);
  }
}
