package org.hearth.schemas.room;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What a redaction leaves of an event: the [redaction
/// algorithm](https://spec.matrix.org/v1.19/rooms/v12/#redactions) as lists.
///
/// @param topLevel the event's keys that stay
/// @param content the keys of `content` that stay, by event type; a type that is absent keeps none
/// @param wholeCreate all of `content` of `m.room.create` stays
/// @param thirdPartyInviteSigned of `third_party_invite` in `m.room.member`, only `signed` stays
public record RedactionRules(
    Set<String> topLevel,
    Map<String, Set<String>> content,
    boolean wholeCreate,
    boolean thirdPartyInviteSigned) {

  /// Room versions 1 to 5.
  static RedactionRules first() {
    return new RedactionRules(
        Set.of(
            "event_id",
            "type",
            "room_id",
            "sender",
            "state_key",
            "content",
            "hashes",
            "signatures",
            "depth",
            "prev_events",
            "prev_state",
            "auth_events",
            "origin",
            "origin_server_ts",
            "membership"),
        Map.of(
            "m.room.member", Set.of("membership"),
            "m.room.create", Set.of("creator"),
            "m.room.join_rules", Set.of("join_rule"),
            "m.room.power_levels",
                Set.of(
                    "ban",
                    "events",
                    "events_default",
                    "kick",
                    "redact",
                    "state_default",
                    "users",
                    "users_default"),
            "m.room.aliases", Set.of("aliases"),
            "m.room.history_visibility", Set.of("history_visibility")),
        false,
        false);
  }

  public Set<String> contentKeys(String type) {
    return content.getOrDefault(type, Set.of());
  }

  RedactionRules withoutContentOf(String type) {
    Map<String, Set<String>> fewer = new TreeMap<>(content);
    fewer.remove(type);
    return new RedactionRules(topLevel, Map.copyOf(fewer), wholeCreate, thirdPartyInviteSigned);
  }

  RedactionRules withContent(String type, String key) {
    Set<String> keys = new TreeSet<>(contentKeys(type));
    keys.add(key);
    Map<String, Set<String>> more = new TreeMap<>(content);
    more.put(type, Set.copyOf(keys));
    return new RedactionRules(topLevel, Map.copyOf(more), wholeCreate, thirdPartyInviteSigned);
  }

  RedactionRules withoutTopLevel(Set<String> keys) {
    Set<String> fewer = new TreeSet<>(topLevel);
    fewer.removeAll(keys);
    return new RedactionRules(Set.copyOf(fewer), content, wholeCreate, thirdPartyInviteSigned);
  }

  RedactionRules withWholeCreate() {
    return new RedactionRules(topLevel, content, true, thirdPartyInviteSigned);
  }

  RedactionRules withThirdPartyInviteSigned() {
    return new RedactionRules(topLevel, content, wholeCreate, true);
  }
}
