package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import org.hearth.schemas.room.RoomRules;

/// An event as two objects for the disk. `clear` holds what redaction keeps and the few fields more
/// that authorisation rules read; `sealed` holds the rest, which is to be encrypted. Redacting an
/// event is dropping its sealed half (and redacting the clear one when it is served).
///
/// @param clear an event that authorisation rules judge as they would judge the whole one
/// @param sealed the rest with the same structure; an empty object if there is none
public record StoredHalves(ObjectNode clear, ObjectNode sealed) {
  /// Read by authorisation rules, but not kept by redaction in every room version.
  private static final Map<String, Set<String>> READ_BY_AUTH_RULES =
      Map.of(
          EventType.CREATE, Set.of("creator", "m.federate", "room_version", "additional_creators"),
          EventType.MEMBER, Set.of("membership", "join_authorised_via_users_server"),
          EventType.JOIN_RULES, Set.of("join_rule", "allow"),
          EventType.THIRD_PARTY_INVITE, Set.of("public_key", "public_keys"));

  /// Top-level keys read by authorisation rules of the first room versions.
  private static final Set<String> TOP_LEVEL_READ = Set.of("redacts");

  public static StoredHalves split(Event event) {
    return split(event.json(), event.rules());
  }

  static StoredHalves split(ObjectNode event, RoomRules rules) {
    Set<String> keptTopLevel = rules.redaction().topLevel();
    ObjectNode clear = event.objectNode();
    ObjectNode sealed = event.objectNode();
    for (Map.Entry<String, JsonNode> field : event.properties()) {
      String key = field.getKey();
      boolean kept = keptTopLevel.contains(key) || TOP_LEVEL_READ.contains(key);
      (kept ? clear : sealed).set(key, field.getValue());
    }
    if (event.get("content") instanceof ObjectNode content) {
      splitContent(event.path("type").asText(), content, rules, clear, sealed);
    }
    return new StoredHalves(clear, sealed);
  }

  /// The original event. Halves of which the sealed one is lost or dropped are joined with an empty
  /// object.
  public ObjectNode join() {
    return merge(clear, sealed);
  }

  private static void splitContent(
      String type, ObjectNode content, RoomRules rules, ObjectNode clear, ObjectNode sealed) {
    ObjectNode clearContent = content.objectNode();
    ObjectNode sealedContent = content.objectNode();
    for (Map.Entry<String, JsonNode> field : content.properties()) {
      String key = field.getKey();
      if (type.equals(EventType.MEMBER) && key.equals("third_party_invite")) {
        splitThirdPartyInvite(field.getValue(), clearContent, sealedContent);
      } else {
        (isClear(type, key, rules) ? clearContent : sealedContent).set(key, field.getValue());
      }
    }
    clear.set("content", clearContent);
    if (!sealedContent.isEmpty()) sealed.set("content", sealedContent);
  }

  /// The rules read `signed` and whether the key is there at all; the name of the invited person is
  /// for people.
  private static void splitThirdPartyInvite(
      JsonNode invite, ObjectNode clearContent, ObjectNode sealedContent) {
    if (!(invite instanceof ObjectNode object)) {
      clearContent.set("third_party_invite", invite);
      return;
    }
    clearContent.set("third_party_invite", Redaction.only(object, Set.of("signed")));
    ObjectNode rest = object.objectNode();
    rest.setAll(object);
    rest.remove("signed");
    if (!rest.isEmpty()) sealedContent.set("third_party_invite", rest);
  }

  private static boolean isClear(String type, String key, RoomRules rules) {
    return type.equals(EventType.POWER_LEVELS)
        || rules.redaction().wholeCreate() && type.equals(EventType.CREATE)
        || rules.redaction().contentKeys(type).contains(key)
        || READ_BY_AUTH_RULES.getOrDefault(type, Set.of()).contains(key);
  }

  private static ObjectNode merge(ObjectNode clear, ObjectNode sealed) {
    ObjectNode whole = clear.objectNode();
    whole.setAll(clear);
    for (Map.Entry<String, JsonNode> field : sealed.properties()) {
      boolean both =
          field.getValue() instanceof ObjectNode && clear.get(field.getKey()) instanceof ObjectNode;
      whole.set(
          field.getKey(),
          both
              ? merge((ObjectNode) clear.get(field.getKey()), (ObjectNode) field.getValue())
              : field.getValue());
    }
    return whole;
  }
}
