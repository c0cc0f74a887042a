package org.hearth.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hearth.engine.Glob;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// What a user's [push rules](https://spec.matrix.org/v1.19/client-server-api/#push-rules) say
/// about an event: the first enabled rule whose conditions all hold decides.
///
/// @param rules as [PushRules#of] answers them
/// @param displayName in the room; null if none
public record PushEvaluation(
    ObjectNode rules,
    UserId userId,
    @Nullable String displayName,
    int joinedMembers,
    PowerLevels powerLevels) {

  private static final JsonNode NO_ITEMS = Json.array();
  private static final Pattern COUNT = Pattern.compile("(==|<=|>=|<|>|)(\\d{1,9})");

  /// @param notifies whether it counts as unread
  /// @param highlights whether it counts as a mention
  public record Verdict(boolean notifies, boolean highlights) {
    static final Verdict SILENT = new Verdict(false, false);
  }

  public Verdict verdict(Event event) {
    if (event.sender().equals(userId)) return Verdict.SILENT;
    for (var kind : PushRules.KINDS) {
      for (JsonNode rule : rules.path("global").path(kind)) {
        if (rule.path("enabled").asBoolean(true) && matches(kind, rule, event))
          return verdict(rule.path("actions"));
      }
    }
    return Verdict.SILENT;
  }

  private static Verdict verdict(JsonNode actions) {
    boolean notify = false;
    boolean highlight = false;
    for (JsonNode action : actions) {
      if ("notify".equals(action.textValue())) notify = true;
      if ("highlight".equals(action.path("set_tweak").textValue()))
        highlight = action.path("value").asBoolean(true);
    }
    return new Verdict(notify, notify && highlight);
  }

  private boolean matches(String kind, JsonNode rule, Event event) {
    return switch (kind) {
      case "override", "underride" -> allHold(rule.path("conditions"), event);
      case "content" ->
          event
              .contentString("body")
              .filter(body -> matchesWord(rule.path("pattern").asText(""), body))
              .isPresent();
      case "room" -> rule.path("rule_id").asText("").equals(event.roomId().value());
      case "sender" -> rule.path("rule_id").asText("").equals(event.sender().value());
      default -> false;
    };
  }

  private boolean allHold(JsonNode conditions, Event event) {
    for (JsonNode condition : conditions) if (!holds(condition, event)) return false;
    return true;
  }

  /// "Unrecognised conditions MUST NOT match any events".
  private boolean holds(JsonNode condition, Event event) {
    var key = condition.path("key").asText("");
    return switch (condition.path("kind").asText("")) {
      case "event_match" -> eventMatch(key, condition.path("pattern"), event);
      case "event_property_is" ->
          property(event, key).filter(value -> value.equals(condition.get("value"))).isPresent();
      case "event_property_contains" -> propertyContains(event, key, condition.get("value"));
      case "contains_display_name" -> containsDisplayName(event);
      case "room_member_count" -> memberCount(condition.path("is").asText(""));
      case "sender_notification_permission" ->
          powerLevels.user(event.sender()) >= powerLevels.notification(key);
      default -> false;
    };
  }

  private static boolean eventMatch(String key, JsonNode pattern, Event event) {
    if (!pattern.isTextual()) return false;
    var value = property(event, key).filter(JsonNode::isTextual).map(JsonNode::textValue);
    if (value.isEmpty()) return false;
    return key.equals("content.body")
        ? matchesWord(pattern.textValue(), value.get())
        : Glob.matches(pattern.textValue(), value.get());
  }

  private static boolean propertyContains(Event event, String key, @Nullable JsonNode wanted) {
    for (JsonNode item : property(event, key).filter(JsonNode::isArray).orElse(NO_ITEMS))
      if (item.equals(wanted)) return true;
    return false;
  }

  private boolean containsDisplayName(Event event) {
    return displayName != null
        && !displayName.isEmpty()
        && event
            .contentString("body")
            .filter(body -> containsWord(Pattern.quote(displayName.toLowerCase(Locale.ROOT)), body))
            .isPresent();
  }

  private boolean memberCount(String is) {
    var match = COUNT.matcher(is);
    if (!match.matches()) return false;
    int wanted = Integer.parseInt(match.group(2));
    return switch (match.group(1)) {
      case "<" -> joinedMembers < wanted;
      case ">" -> joinedMembers > wanted;
      case "<=" -> joinedMembers <= wanted;
      case ">=" -> joinedMembers >= wanted;
      default -> joinedMembers == wanted;
    };
  }

  /// A [dot-separated
  /// path](https://spec.matrix.org/v1.19/appendices/#dot-separated-property-paths): `\.` is a dot
  /// in a key.
  private static Optional<JsonNode> property(Event event, String path) {
    JsonNode node = event.json();
    var key = new StringBuilder();
    for (int i = 0; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '.') {
        node = node.path(key.toString());
        key.setLength(0);
      } else if (path.charAt(i) == '\\'
          && i + 1 < path.length()
          && (path.charAt(i + 1) == '.' || path.charAt(i + 1) == '\\')) {
        key.append(path.charAt(++i));
      } else {
        key.append(path.charAt(i));
      }
    }
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  private static boolean matchesWord(String glob, String body) {
    var expression = new StringBuilder();
    for (char c : glob.toLowerCase(Locale.ROOT).toCharArray()) {
      switch (c) {
        case '*' -> expression.append("[^\\n]{0,255}?");
        case '?' -> expression.append('.');
        default -> expression.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return containsWord(expression.toString(), body);
  }

  private static boolean containsWord(String expression, String body) {
    var text = body.substring(0, Math.min(body.length(), 8192)).toLowerCase(Locale.ROOT);
    return Pattern.compile("(^|\\W)" + expression + "($|\\W)", Pattern.UNICODE_CHARACTER_CLASS)
        .matcher(text)
        .find();
  }
}
