package org.hearth.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// The [predefined push rules](https://spec.matrix.org/v1.19/client-server-api/#predefined-rules)
/// of a user, in their order of importance.
public final class PredefinedRules {
  private PredefinedRules() {}

  /// What a user has who never changed any: `{"global": {...}}`.
  public static ObjectNode of(UserId userId) {
    ObjectNode global = Json.object();
    ArrayNode override = global.putArray("override");
    rule(override, ".m.rule.master").put("enabled", false);
    rule(override, ".m.rule.suppress_notices", match("content.msgtype", "m.notice"));
    alerting(
        rule(
            override,
            ".m.rule.invite_for_me",
            match("type", "m.room.member"),
            match("content.membership", "invite"),
            match("state_key", userId.value())),
        "default");
    rule(override, ".m.rule.member_event", match("type", "m.room.member"));
    highlighting(
        alerting(
            rule(
                override,
                ".m.rule.is_user_mention",
                property(
                    "event_property_contains",
                    "content.m\\.mentions.user_ids",
                    Json.toTree(userId.value()))),
            "default"));
    highlighting(
        notifying(
            rule(
                override,
                ".m.rule.is_room_mention",
                property("event_property_is", "content.m\\.mentions.room", Json.toTree(true)),
                Json.object().put("kind", "sender_notification_permission").put("key", "room"))));
    highlighting(
        notifying(
            rule(
                override,
                ".m.rule.tombstone",
                match("type", "m.room.tombstone"),
                match("state_key", ""))));
    rule(override, ".m.rule.reaction", match("type", "m.reaction"));
    rule(
        override,
        ".m.rule.room.server_acl",
        match("type", "m.room.server_acl"),
        match("state_key", ""));
    rule(
        override,
        ".m.rule.suppress_edits",
        property("event_property_is", "content.m\\.relates_to.rel_type", Json.toTree("m.replace")));
    global.putArray("content");
    global.putArray("room");
    global.putArray("sender");
    underride(global.putArray("underride"));
    ObjectNode all = Json.object();
    all.set("global", global);
    return all;
  }

  private static void underride(ArrayNode underride) {
    alerting(rule(underride, ".m.rule.call", match("type", "m.call.invite")), "ring");
    alerting(
        rule(
            underride,
            ".m.rule.encrypted_room_one_to_one",
            two(),
            match("type", "m.room.encrypted")),
        "default");
    alerting(
        rule(underride, ".m.rule.room_one_to_one", two(), match("type", "m.room.message")),
        "default");
    notifying(rule(underride, ".m.rule.message", match("type", "m.room.message")));
    notifying(rule(underride, ".m.rule.encrypted", match("type", "m.room.encrypted")));
  }

  /// What is stored, with predefined rules as this version knows them: their conditions are ours,
  /// whether they are on and what they do is the user's. Rules of the user's own go before them.
  static ObjectNode completed(ObjectNode stored, ObjectNode predefined) {
    ObjectNode global = Json.object();
    for (String kind : PushRules.KINDS) {
      ArrayNode rules = global.putArray(kind);
      Map<String, JsonNode> known = new HashMap<>();
      for (JsonNode rule : stored.path("global").path(kind)) {
        String id = rule.path("rule_id").asText();
        if (id.startsWith(".")) {
          known.put(id, rule);
        } else {
          rules.add(rule);
        }
      }
      for (JsonNode rule : predefined.path("global").path(kind)) {
        ObjectNode now = rule.deepCopy();
        JsonNode users = known.get(rule.path("rule_id").asText());
        if (users != null) {
          now.set("enabled", users.path("enabled"));
          now.set("actions", users.path("actions"));
        }
        rules.add(now);
      }
    }
    ObjectNode all = stored.deepCopy();
    all.set("global", global);
    return all;
  }

  private static ObjectNode rule(ArrayNode rules, String id, ObjectNode... conditions) {
    ObjectNode rule = rules.addObject();
    rule.put("rule_id", id);
    rule.put("default", true);
    rule.put("enabled", true);
    ArrayNode all = rule.putArray("conditions");
    for (ObjectNode condition : conditions) {
      all.add(condition);
    }
    rule.putArray("actions");
    return rule;
  }

  private static ObjectNode notifying(ObjectNode rule) {
    actions(rule).add("notify");
    return rule;
  }

  private static ObjectNode alerting(ObjectNode rule, String sound) {
    actions(notifying(rule)).addObject().put("set_tweak", "sound").put("value", sound);
    return rule;
  }

  private static void highlighting(ObjectNode rule) {
    actions(rule).addObject().put("set_tweak", "highlight");
  }

  private static ArrayNode actions(ObjectNode rule) {
    return rule.withArray("actions");
  }

  private static ObjectNode match(String key, String pattern) {
    return Json.object().put("kind", "event_match").put("key", key).put("pattern", pattern);
  }

  private static ObjectNode property(String kind, String key, JsonNode value) {
    ObjectNode condition = Json.object().put("kind", kind).put("key", key);
    condition.set("value", value);
    return condition;
  }

  private static ObjectNode two() {
    return Json.object().put("kind", "room_member_count").put("is", "2");
  }
}
