package org.hearth.engine.auth;

import static org.hearth.engine.auth.Verdict.allow;
import static org.hearth.engine.auth.Verdict.reject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// `m.room.power_levels`: [rule 10 of room version
/// 12](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules), 9 in versions 6 to 11.
///
/// @param power the sender's current power level
record PowerLevelRules(RoomRules rules, Creators creators, long power) {
  private static final List<String> LEVELS =
      List.of(
          "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite");

  /// @param previous the power levels so far, or null if there are none
  Verdict check(Event event, @Nullable Event previous) {
    ObjectNode content = event.content();
    if (!rules.stringPowerLevels()) {
      // "If any of the properties users_default, events_default, state_default, ban, redact, kick,
      // or invite in content are present and not an integer, reject."
      for (String key : LEVELS) {
        if (content.has(key) && !content.get(key).isIntegralNumber()) {
          return reject(Rule.POWER_LEVELS_ARE_INTEGERS);
        }
      }
      // "If either of the properties events or notifications in content are present and not an
      // object with values that are integers, reject."
      for (String key : List.of("events", "notifications")) {
        if (content.has(key) && !isMapOfLevels(content.get(key))) {
          return reject(Rule.POWER_LEVEL_MAPS_HOLD_INTEGERS);
        }
      }
    }

    // "If the users property in content is not an object with keys that are valid user IDs with
    // values that are integers, reject."
    if (content.has("users") && !isMapOfUserLevels(content.get("users"))) {
      return reject(Rule.POWER_LEVELS_OF_USERS_ARE_WELL_FORMED);
    }

    // "If the users property in content contains the sender of the m.room.create event or any of
    // the additional_creators array (if present) from the content of the m.room.create event,
    // reject."
    if (rules.creatorsHaveInfinitePower() && namesCreator(content.path("users"))) {
      return reject(Rule.CREATORS_HAVE_NO_POWER_LEVEL);
    }

    // "If there is no previous m.room.power_levels event in the room, allow."
    return previous == null ? allow() : changes(event, previous.content(), content);
  }

  private Verdict changes(Event event, ObjectNode before, ObjectNode after) {
    // "For the properties users_default, events_default, state_default, ban, redact, kick, invite
    // check if they were added, changed or removed."
    for (String key : LEVELS) {
      Change change = change(before.path(key), after.path(key));
      // "If the current value is higher than the sender's current power level, reject."
      if (change.altered() && exceeds(change.before())) {
        return reject(Rule.CHANGED_LEVEL_WAS_IN_REACH);
      }
      // "If the new value is higher than the sender's current power level, reject."
      if (change.altered() && exceeds(change.after())) return reject(Rule.NEW_LEVEL_IS_IN_REACH);
    }

    List<String> maps =
        rules.notificationLevelsChecked() ? List.of("events", "notifications") : List.of("events");
    for (String map : maps) {
      for (String key : keys(before.path(map), after.path(map))) {
        Change change = change(before.path(map).path(key), after.path(map).path(key));
        // "For each entry being changed in, or removed from, the events or notifications
        // properties: If the current value is greater than the sender's current power level,
        // reject."
        if (change.altered() && exceeds(change.before())) {
          return reject(Rule.CHANGED_EVENT_LEVEL_WAS_IN_REACH);
        }
        // "For each entry being added to, or changed in, the events or notifications properties: If
        // the new value is greater than the sender's current power level, reject."
        if (change.altered() && exceeds(change.after())) {
          return reject(Rule.NEW_EVENT_LEVEL_IS_IN_REACH);
        }
      }
    }

    for (String user : keys(before.path("users"), after.path("users"))) {
      Change change = change(before.path("users").path(user), after.path("users").path(user));
      // "For each entry being changed in, or removed from, the users property, other than the
      // sender's own entry: If the current value is greater than or equal to the sender's current
      // power level, reject."
      boolean reached = change.before().isPresent() && change.before().getAsLong() >= power;
      if (change.altered() && reached && !user.equals(event.sender().value())) {
        return reject(Rule.CHANGED_USER_HAD_LESS_POWER);
      }
      // "For each entry being added to, or changed in, the users property: If the new value is
      // greater than the sender's current power level, reject."
      if (change.altered() && exceeds(change.after())) {
        return reject(Rule.NEW_USER_LEVEL_IS_IN_REACH);
      }
    }

    // "Otherwise, allow."
    return allow();
  }

  /// A level before and after; empty where it is absent.
  private record Change(OptionalLong before, OptionalLong after) {
    boolean altered() {
      return !before.equals(after);
    }
  }

  private Change change(JsonNode before, JsonNode after) {
    return new Change(PowerLevels.level(before, rules), PowerLevels.level(after, rules));
  }

  private boolean exceeds(OptionalLong level) {
    return level.isPresent() && level.getAsLong() > power;
  }

  private boolean namesCreator(JsonNode users) {
    return users.propertyStream().anyMatch(user -> creators.include(new UserId(user.getKey())));
  }

  private boolean isMapOfUserLevels(JsonNode users) {
    return isMapOfLevels(users)
        && users.propertyStream().allMatch(user -> UserId.tryParse(user.getKey()).isPresent());
  }

  private boolean isMapOfLevels(JsonNode map) {
    return map.isObject() && map.propertyStream().allMatch(entry -> isLevel(entry.getValue()));
  }

  private boolean isLevel(JsonNode value) {
    return PowerLevels.level(value, rules).isPresent();
  }

  private static Set<String> keys(JsonNode before, JsonNode after) {
    Set<String> keys = new TreeSet<>();
    for (JsonNode map : List.of(before, after)) {
      for (Map.Entry<String, JsonNode> entry : map.properties()) keys.add(entry.getKey());
    }
    return keys;
  }
}
