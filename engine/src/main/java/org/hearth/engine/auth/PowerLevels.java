package org.hearth.engine.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// [Power levels](https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels) as a room's
/// state gives them, defaults filled in.
public final class PowerLevels {
  /// Of creators in room versions where they stand above all levels.
  public static final long INFINITE = Long.MAX_VALUE;

  private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?[0-9]{1,400}\\s*");
  private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LARGEST = BigInteger.valueOf(INFINITE - 1);

  private final RoomRules rules;
  private final Creators creators;
  private final boolean present;
  private final ObjectNode content;

  private PowerLevels(RoomRules rules, Creators creators, @Nullable Event event) {
    this.rules = rules;
    this.creators = creators;
    this.present = event != null;
    this.content = event == null ? Json.object() : event.content();
  }

  /// @param create the room's create event
  /// @param event the room's `m.room.power_levels` event, or null if it has none
  public static PowerLevels of(Event create, @Nullable Event event) {
    return new PowerLevels(create.rules(), new Creators(create), event);
  }

  /// @throws IllegalArgumentException if the state has no create event
  public static PowerLevels of(AuthState state) {
    Event create = state.create();
    if (create == null) throw new IllegalArgumentException("a room has a create event");
    return of(create, state.get(StateKey.POWER_LEVELS));
  }

  /// The user's level: their entry in `users`, else `users_default`, else 0. Without a power levels
  /// event the creator has 100.
  public long user(UserId user) {
    if (rules.creatorsHaveInfinitePower() && creators.include(user)) return INFINITE;
    if (!present) return creators.include(user) ? 100 : 0;
    return level(content.path("users").path(user.value()))
        .orElseGet(() -> named("users_default", 0));
  }

  /// The level that sending such an event takes: its entry in `events`, else `state_default` or
  /// `events_default`.
  public long required(String eventType, boolean isState) {
    return level(content.path("events").path(eventType))
        .orElseGet(() -> isState ? named("state_default", 50) : named("events_default", 0));
  }

  public long invite() {
    return named("invite", 0);
  }

  public long kick() {
    return named("kick", 50);
  }

  public long ban() {
    return named("ban", 50);
  }

  public long redact() {
    return named("redact", 50);
  }

  /// The level that a notification such as `room` takes.
  public long notification(String key) {
    return level(content.path("notifications").path(key)).orElse(50);
  }

  private long named(String key, long otherwise) {
    return level(content.path(key)).orElse(otherwise);
  }

  private OptionalLong level(JsonNode value) {
    return level(value, rules);
  }

  /// Reads a level as the room version allows: integers; in old versions also strings that hold an
  /// integer, and floats, which are truncated. Empty for anything else. Numbers beyond 64 bits are
  /// clamped, still below `INFINITE`.
  static OptionalLong level(JsonNode value, RoomRules rules) {
    if (value.isIntegralNumber()) return OptionalLong.of(clamped(value.bigIntegerValue()));
    if (value.isTextual() && rules.stringPowerLevels()) {
      String text = value.textValue();
      if (!INTEGER.matcher(text).matches()) return OptionalLong.empty();
      String digits = text.strip();
      return OptionalLong.of(
          clamped(new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits)));
    }
    if (value.isFloatingPointNumber() && rules.floatPowerLevels()) {
      return OptionalLong.of(clamped(value.decimalValue().toBigInteger()));
    }
    return OptionalLong.empty();
  }

  private static final List<String> NAMED =
      List.of(
          "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite");
  private static final List<String> MAPS = List.of("events", "notifications", "users");

  /// Whether all levels are integers that every room version takes. Old versions allow other forms
  /// "strictly for backwards compatibility. A homeserver should take reasonable precautions to
  /// prevent users from sending new power level events with string values".
  public static boolean areIntegers(ObjectNode content) {
    for (String key : NAMED) {
      if (content.has(key) && !CanonicalJson.isCanonicalInteger(content.get(key))) return false;
    }
    for (String key : MAPS) {
      JsonNode map = content.path(key);
      if (!map.isMissingNode() && !map.isObject()) return false;
      for (JsonNode level : map) if (!CanonicalJson.isCanonicalInteger(level)) return false;
    }
    return true;
  }

  /// The same levels as integers that every room version takes; what is no level under these rules
  /// is left out.
  public static ObjectNode asIntegers(ObjectNode content, RoomRules rules) {
    ObjectNode integers = Json.object();
    for (Map.Entry<String, JsonNode> field : content.properties()) {
      String key = field.getKey();
      if (NAMED.contains(key)) {
        put(integers, key, field.getValue(), rules);
      } else if (!MAPS.contains(key)) {
        integers.set(key, field.getValue().deepCopy());
      } else if (field.getValue().isObject()) {
        ObjectNode map = integers.putObject(key);
        field.getValue().properties().forEach(e -> put(map, e.getKey(), e.getValue(), rules));
      }
    }
    return integers;
  }

  private static void put(ObjectNode object, String key, JsonNode value, RoomRules rules) {
    level(value, rules)
        .ifPresent(
            level ->
                object.put(
                    key, Math.clamp(level, -CanonicalJson.MAX_INTEGER, CanonicalJson.MAX_INTEGER)));
  }

  private static long clamped(BigInteger value) {
    return value.min(LARGEST).max(SMALLEST).longValueExact();
  }
}
