package org.hearth.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// Whether an accepted event is within the powers that its own auth events give, told from the JSON
/// alone. It shares no line with the engine's authorisation rules and knows only what matters most:
/// who may act, and how much power that takes.
final class PowerOracle {
  private static final long INFINITE = Long.MAX_VALUE;
  private final Function<EventId, @Nullable Event> events;

  PowerOracle(Function<EventId, @Nullable Event> events) {
    this.events = events;
  }

  /// What is wrong with it; null if nothing is.
  @Nullable String wrong(Event event) {
    if (event.type().equals("m.room.create")) return null;
    var basis = new Basis(event);
    if (basis.create == null) return "no create event is known";
    var sender = event.sender().value();
    if (event.type().equals("m.room.member")) return member(event, basis);
    if (!basis.membership(sender).equals("join")) return sender + " was not in the room";
    long level = basis.level(sender);
    long needed = basis.needed(event.type(), event.isState());
    if (level < needed) return sender + " had " + level + " of " + needed;
    var key = event.stateKey().orElse("");
    if (key.startsWith("@") && !key.equals(sender)) return "state of " + key + " is not theirs";
    return event.type().equals("m.room.power_levels") ? levels(event, basis, level) : null;
  }

  /// The power of the event's sender, by its auth events.
  long power(Event event) {
    return new Basis(event).level(event.sender().value());
  }

  /// What the event's auth events say.
  private final class Basis {
    private final Map<String, Event> state = new HashMap<>();
    private final boolean creatorsAbove;
    private final boolean lenient;
    final @Nullable Event create;

    Basis(Event event) {
      creatorsAbove = event.rules().creatorsHaveInfinitePower();
      lenient = event.rules().stringPowerLevels();
      for (var id : event.authEvents()) {
        var auth = events.apply(id);
        if (auth != null) state.put(auth.type() + '|' + auth.stateKey().orElse(""), auth);
      }
      create =
          creatorsAbove
              ? events.apply(new EventId("$" + event.roomId().value().substring(1)))
              : state.get("m.room.create|");
    }

    String membership(String user) {
      var member = state.get("m.room.member|" + user);
      return member == null ? "leave" : member.content().path("membership").asText("leave");
    }

    String joinRule() {
      var rule = state.get("m.room.join_rules|");
      return rule == null ? "invite" : rule.content().path("join_rule").asText("invite");
    }

    private @Nullable JsonNode levels() {
      var event = state.get("m.room.power_levels|");
      return event == null ? null : event.content();
    }

    boolean isCreator(String user) {
      var made = create;
      if (made == null) return false;
      for (var other : made.content().path("additional_creators"))
        if (creatorsAbove && other.asText().equals(user)) return true;
      var named = made.content().path("creator").asText(made.sender().value());
      return user.equals(creatorsAbove ? made.sender().value() : named);
    }

    long level(String user) {
      if (creatorsAbove && isCreator(user)) return INFINITE;
      var levels = levels();
      if (levels == null) return isCreator(user) ? 100 : 0;
      return number(
          levels.path("users").path(user),
          number(levels.path("users_default"), 0, lenient),
          lenient);
    }

    long needed(String type, boolean isState) {
      var levels = levels();
      if (levels == null) return isState ? 50 : 0;
      long otherwise =
          isState
              ? number(levels.path("state_default"), 50, lenient)
              : number(levels.path("events_default"), 0, lenient);
      return number(levels.path("events").path(type), otherwise, lenient);
    }

    long named(String what, long otherwise) {
      var levels = levels();
      return levels == null ? otherwise : number(levels.path(what), otherwise, lenient);
    }
  }

  private static long number(JsonNode value, long otherwise, boolean lenient) {
    if (value.isIntegralNumber()) return value.longValue();
    if (lenient && value.isNumber()) return (long) value.doubleValue();
    if (lenient && value.isTextual()) {
      try {
        return Long.parseLong(value.textValue().strip());
      } catch (NumberFormatException e) {
        return otherwise;
      }
    }
    return otherwise;
  }

  private @Nullable String member(Event event, Basis basis) {
    var sender = event.sender().value();
    var target = event.stateKey().orElse("");
    var was = basis.membership(target);
    var mine = basis.membership(sender);
    long level = basis.level(sender);
    return switch (event.content().path("membership").asText("")) {
      case "join" -> join(event, basis, sender, target, was);
      case "invite" -> {
        if (!mine.equals("join")) yield sender + " invited without being in the room";
        if (was.equals("join") || was.equals("ban")) yield target + " was " + was + " and invited";
        yield level < basis.named("invite", 0) ? sender + " may not invite" : null;
      }
      case "leave" -> {
        if (sender.equals(target))
          yield was.equals("ban") || was.equals("leave") ? target + " left from " + was : null;
        if (!mine.equals("join")) yield sender + " kicked without being in the room";
        if (was.equals("ban") && level < basis.named("ban", 50)) yield sender + " may not unban";
        boolean may = level >= basis.named("kick", 50) && basis.level(target) < level;
        yield may ? null : sender + " may not kick " + target;
      }
      case "ban" -> {
        boolean may =
            mine.equals("join") && level >= basis.named("ban", 50) && basis.level(target) < level;
        yield may ? null : sender + " may not ban " + target;
      }
      case "knock" -> {
        if (!sender.equals(target)) yield "a knock for somebody else";
        yield basis.joinRule().startsWith("knock") && !was.equals("ban") && !was.equals("join")
            ? null
            : target + " may not knock";
      }
      default -> "no membership";
    };
  }

  private @Nullable String join(
      Event event, Basis basis, String sender, String target, String was) {
    if (!sender.equals(target)) return "a join for somebody else";
    if (was.equals("ban")) return target + " is banned and joined";
    var create = basis.create;
    boolean first =
        create != null
            && event.prevEvents().equals(java.util.List.of(create.eventId()))
            && basis.isCreator(sender);
    if (first || was.equals("join") || was.equals("invite")) return null;
    return switch (basis.joinRule()) {
      case "public" -> null;
      case "restricted", "knock_restricted" -> {
        var voucher = event.content().path("join_authorised_via_users_server").asText("");
        if (!basis.membership(voucher).equals("join")) yield "the join is vouched for by nobody";
        if (basis.level(voucher) < basis.named("invite", 0)) yield voucher + " may not invite";
        var server = voucher.substring(voucher.indexOf(':') + 1);
        yield event.signatures().path(server).isEmpty() ? "no signature of " + server : null;
      }
      default -> target + " was not invited";
    };
  }

  private @Nullable String levels(Event event, Basis basis, long level) {
    var old = basis.levels();
    if (old == null) return null;
    var fresh = event.content();
    for (var what :
        new String[] {
          "users_default", "events_default", "state_default", "ban", "redact", "kick", "invite"
        }) {
      var wrong = changed(what, old.path(what), fresh.path(what), level, basis.lenient);
      if (wrong != null) return wrong;
    }
    for (var what : new String[] {"events", "users"}) {
      var keys = new TreeSet<String>();
      old.path(what).fieldNames().forEachRemaining(keys::add);
      fresh.path(what).fieldNames().forEachRemaining(keys::add);
      for (var key : keys) {
        var before = old.path(what).path(key);
        var after = fresh.path(what).path(key);
        var wrong = changed(what + "." + key, before, after, level, basis.lenient);
        if (wrong != null) return wrong;
        boolean peer =
            what.equals("users")
                && !key.equals(event.sender().value())
                && !before.isMissingNode()
                && number(before, 0, basis.lenient) >= level;
        if (peer && !same(before, after)) return "changed the level of an equal: " + key;
      }
    }
    return null;
  }

  /// The same number may be an `int` here and a `long` there.
  private static boolean same(JsonNode before, JsonNode after) {
    return before.isIntegralNumber() && after.isIntegralNumber()
        ? before.bigIntegerValue().equals(after.bigIntegerValue())
        : before.equals(after);
  }

  private static @Nullable String changed(
      String what, JsonNode before, JsonNode after, long level, boolean lenient) {
    if (same(before, after)) return null;
    if (!before.isMissingNode() && number(before, 0, lenient) > level)
      return "took away " + what + " above the own level";
    if (!after.isMissingNode() && number(after, 0, lenient) > level)
      return "set " + what + " above the own level";
    return null;
  }
}
