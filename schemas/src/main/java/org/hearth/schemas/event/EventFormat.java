package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;

/// The [format of an event](https://spec.matrix.org/v1.19/rooms/v12/#event-format) in a room
/// version and the [size limits](https://spec.matrix.org/v1.19/client-server-api/#size-limits).
public final class EventFormat {
  /// "The complete event MUST NOT be larger than 65536 bytes, when formatted with the federation
  /// event format, including any signatures, and encoded as Canonical JSON."
  public static final int MAX_EVENT_BYTES = 65536;

  /// `sender`, `room_id`, `event_id`, `type` and `state_key`, each.
  public static final int MAX_FIELD_BYTES = 255;

  public static final int MAX_PREV_EVENTS = 20;
  public static final int MAX_AUTH_EVENTS = 10;

  private EventFormat() {}

  /// "`state_key` MUST NOT exceed 255 bytes. `type` MUST NOT exceed 255 bytes." Room versions that
  /// are not strict about it let such events be read, so that they can be kept; they are not to be
  /// accepted.
  public static boolean fieldsFit(Event event) {
    return bytes(event.type()) <= MAX_FIELD_BYTES
        && bytes(event.stateKey().orElse("")) <= MAX_FIELD_BYTES;
  }

  static void check(ObjectNode event, RoomRules rules) throws MalformedEvent {
    checkFields(event, rules);
    if (canonicalSize(event, rules) > MAX_EVENT_BYTES) throw bad("larger than 65536 bytes");
  }

  /// The same for an event whose canonical form without `unsigned`, `signatures` and `hashes` was
  /// written already: its length follows from that.
  static void checkBuilt(ObjectNode event, int contentBytes, RoomRules rules)
      throws MalformedEvent {
    checkFields(event, rules);
    long size = contentBytes;
    for (String key : List.of("unsigned", "signatures", "hashes")) {
      if (event.get(key) instanceof ObjectNode part)
        size += key.length() + 4L + canonicalSize(part, rules);
    }
    if (size > MAX_EVENT_BYTES) throw bad("larger than 65536 bytes");
  }

  private static void checkFields(ObjectNode event, RoomRules rules) throws MalformedEvent {
    text(event, "type");
    if (event.has("state_key")) text(event, "state_key");
    if (UserId.tryParse(text(event, "sender")).isEmpty()) throw bad("sender is no user ID");
    checkRoomId(event, rules);
    if (rules.eventIdIsField()) checkEventId(text(event, "event_id"), "event_id");
    object(event, "content");
    checkNumbers(event, rules);
    checkSignatures(event);
    checkReferences(event, "prev_events", MAX_PREV_EVENTS, rules);
    checkReferences(event, "auth_events", MAX_AUTH_EVENTS, rules);
    if (event.has("unsigned")) object(event, "unsigned");
    for (String key : List.of("type", "state_key")) {
      String text = event.path(key).textValue();
      if (text != null && size(text, rules) > MAX_FIELD_BYTES) {
        throw bad(key + " is longer than 255 bytes");
      }
    }
  }

  /// In room version 12 and later a create event has no room ID: it makes it. That a create event
  /// *with* one is rejected, not malformed, is left to the authorisation rules.
  private static void checkRoomId(ObjectNode event, RoomRules rules) throws MalformedEvent {
    if (rules.roomIdIsCreateHash() && EventReader.isCreate(event) && !event.has("room_id")) return;
    RoomId id =
        RoomId.tryParse(text(event, "room_id")).orElseThrow(() -> bad("room_id is no room ID"));
    if (!rules.roomIdIsCreateHash() && id.serverName().isEmpty()) {
      throw bad("room_id names no server");
    }
  }

  private static void checkNumbers(ObjectNode event, RoomRules rules) throws MalformedEvent {
    JsonNode time = event.path("origin_server_ts");
    if (!time.isIntegralNumber() || !time.canConvertToLong()) {
      throw bad("origin_server_ts is no integer");
    }
    JsonNode depth = event.path("depth");
    boolean good = depth.isIntegralNumber() && depth.canConvertToLong();
    if (!good || depth.longValue() < 0 || depth.longValue() > rules.maxDepth()) {
      throw bad("depth is no integer in range");
    }
  }

  private static void checkSignatures(ObjectNode event) throws MalformedEvent {
    object(event, "hashes");
    for (JsonNode keys : object(event, "signatures")) {
      if (!keys.isObject()) throw bad("signatures of a server are no object");
      for (JsonNode signature : keys) {
        if (!signature.isTextual()) throw bad("a signature is no string");
      }
    }
  }

  private static void checkReferences(ObjectNode event, String key, int limit, RoomRules rules)
      throws MalformedEvent {
    JsonNode list = event.path(key);
    if (!list.isArray()) throw bad(key + " is no list");
    if (list.size() > limit) throw bad(key + " has more than " + limit + " entries");
    for (JsonNode item : list) {
      JsonNode id = item;
      if (rules.referencesAreHashPairs()) {
        boolean pair = item.isArray() && item.size() == 2 && item.get(1).isObject();
        if (!pair) throw bad(key + " has an entry that is no pair of an event ID and hashes");
        id = item.get(0);
      }
      if (!id.isTextual()) throw bad(key + " has an entry that is no event ID");
      checkEventId(id.textValue(), key);
    }
  }

  private static void checkEventId(String id, String key) throws MalformedEvent {
    if (EventId.tryParse(id).isEmpty()) throw bad(key + " holds no event ID");
  }

  private static int size(String text, RoomRules rules) {
    return rules.strictByteLimits() ? bytes(text) : text.codePointCount(0, text.length());
  }

  private static int bytes(String text) {
    // A UTF-16 unit takes at most three bytes, so most values need no encoding to be measured.
    int most = 3 * text.length();
    return most <= MAX_FIELD_BYTES ? most : text.getBytes(StandardCharsets.UTF_8).length;
  }

  /// Room version 6 and later: "events ... MUST be ... Canonical JSON".
  private static int canonicalSize(ObjectNode event, RoomRules rules) throws MalformedEvent {
    if (!rules.strictCanonicalJson()) return CanonicalJson.encodeLikePython(event).length;
    try {
      return CanonicalJson.encodeStrict(event).length;
    } catch (NotCanonical e) {
      throw bad("not canonical JSON: " + e.getMessage());
    }
  }

  private static String text(ObjectNode event, String key) throws MalformedEvent {
    String text = event.path(key).textValue();
    if (text == null) throw bad(key + " is no string");
    return text;
  }

  private static ObjectNode object(ObjectNode event, String key) throws MalformedEvent {
    if (event.get(key) instanceof ObjectNode object) return object;
    throw bad(key + " is no object");
  }

  private static MalformedEvent bad(String what) {
    return new MalformedEvent(what);
  }
}
