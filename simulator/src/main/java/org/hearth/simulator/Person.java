package org.hearth.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.hearth.engine.Requester;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.room.TransactionId;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.jspecify.annotations.Nullable;

/// A user with a phone, who does this and that, and tries again when no answer came.
final class Person {
  private static final int ATTEMPTS = 3;

  final UserId user;
  private final World world;
  private final SimulatedServer home;
  private final Chance chance;
  private final Requester requester;
  private int sent;
  private boolean done;

  Person(World world, SimulatedServer home, UserId user, Chance chance) {
    this.world = world;
    this.home = home;
    this.user = user;
    this.chance = chance;
    this.requester = new Requester(user, "PHONE");
  }

  SimulatedServer home() {
    return home;
  }

  boolean isDone() {
    return done;
  }

  void live() {
    for (int i = 0; i < world.settings.actions(); i++) {
      world.scheduler.sleep(chance.percent(30) ? chance.between(0, 50) : chance.between(50, 6_000));
      act();
    }
    done = true;
  }

  private void act() {
    var now = home.now();
    if (now == null || world.rooms.isEmpty()) {
      world.counts.add("actions while the server was down");
      return;
    }
    var room = chance.pick(world.rooms);
    boolean joined = now.isAlive() && isJoined(now, room);
    if (!joined) outside(room);
    else inside(room);
  }

  private boolean isJoined(Incarnation now, RoomId room) {
    try {
      var view = now.engine.rooms().view(room);
      return view.filter(RoomView::resident).isPresent()
          && view.get().membership(user).equals("join");
    } catch (Crashed e) {
      return false;
    }
  }

  private void outside(RoomId room) {
    switch (chance.weighted(70, 10, 10, 10)) {
      case 0 -> join(room);
      case 1 -> attempt("knock", now -> now.memberships.knock(requester, room, via(), null));
      case 2 -> attempt("reject", now -> now.memberships.leave(requester, room, null));
      default -> message(room);
    }
  }

  private void inside(RoomId room) {
    switch (chance.weighted(30, 14, 6, 3, 3, 4, 3, 7, 7, 4, 2, 3, 4, 2)) {
      case 0 -> message(room);
      case 1 -> topic(room);
      case 2 -> invite(room);
      case 3 -> attempt("leave", now -> now.memberships.leave(requester, room, null));
      case 4 -> attempt("kick", now -> now.memberships.kick(requester, room, other(), null));
      case 5 -> attempt("ban", now -> now.memberships.ban(requester, room, other(), null));
      case 6 -> attempt("unban", now -> now.memberships.unban(requester, room, other(), null));
      case 7 -> powerLevels(room);
      case 8 -> redact(room);
      case 9 -> joinRules(room);
      case 10 -> upgrade(room);
      case 11 -> visibility(room);
      case 12 -> read(room);
      default -> profile(room);
    }
  }

  private UserId other() {
    return chance.pick(world.people).user;
  }

  private List<ServerName> via() {
    return List.of(chance.pick(world.honest()).name, chance.pick(world.honest()).name);
  }

  // What they do.

  @Nullable Outcome<RoomId> join(RoomId room) {
    return enter(room, via());
  }

  /// A join by way of certain servers.
  @Nullable Outcome<RoomId> enter(RoomId room, List<ServerName> via) {
    return attempt("join", now -> now.memberships.join(requester, room, via, null, null));
  }

  private void invite(RoomId room) {
    var target = other();
    attempt("invite", now -> now.memberships.invite(requester, room, target, null, false));
  }

  /// With a transaction id, again and again until there is an answer: it must be one event.
  void message(RoomId room) {
    var tag = user.localpart() + "-" + ++sent;
    var draft =
        Draft.message(
            user,
            "m.room.message",
            Json.object().put("body", tag),
            new TransactionId(user, "PHONE", tag));
    for (int i = 0; i < ATTEMPTS; i++) {
      if (send("message", room, draft, tag)) return;
      world.scheduler.sleep(chance.between(100, 4_000));
      world.counts.add("messages tried again");
    }
  }

  private void topic(RoomId room) {
    var content = Json.object().put("topic", user.localpart() + "-" + ++sent);
    send("topic", room, Draft.state(user, EventType.TOPIC, "", content), "topic");
  }

  private void profile(RoomId room) {
    var content =
        Json.object().put("membership", "join").put("displayname", user.localpart() + ++sent);
    send("profile", room, Draft.state(user, EventType.MEMBER, user.value(), content), "profile");
  }

  private void joinRules(RoomId room) {
    var content = Json.object();
    switch (chance.weighted(50, 20, 10, 20)) {
      case 0 -> content.put("join_rule", "public");
      case 1 -> content.put("join_rule", "invite");
      case 2 -> content.put("join_rule", "knock");
      default -> {
        content.put("join_rule", chance.percent(70) ? "restricted" : "knock_restricted");
        content
            .putArray("allow")
            .addObject()
            .put("type", "m.room_membership")
            .put("room_id", chance.pick(world.rooms).value());
      }
    }
    send("join rules", room, Draft.state(user, EventType.JOIN_RULES, "", content), "join rules");
  }

  private void visibility(RoomId room) {
    var value = chance.pick(List.of("shared", "joined", "invited", "world_readable"));
    var content = Json.object().put("history_visibility", value);
    send(
        "history visibility",
        room,
        Draft.state(user, EventType.HISTORY_VISIBILITY, "", content),
        "visibility");
  }

  private void powerLevels(RoomId room) {
    var now = home.now();
    if (now == null) return;
    ObjectNode content;
    try {
      var view = now.engine.rooms().view(room);
      var event = view.map(found -> found.state(StateKey.POWER_LEVELS)).orElse(null);
      content = event == null ? Json.object() : event.content().deepCopy();
    } catch (Crashed e) {
      return;
    }
    int level = chance.pick(List.of(0, 10, 50, 50, 100));
    switch (chance.weighted(60, 20, 20)) {
      case 0 -> content.withObjectProperty("users").put(other().value(), level);
      case 1 ->
          content
              .withObjectProperty("events")
              .put(chance.pick(List.of(EventType.TOPIC, EventType.NAME, "m.room.message")), level);
      default ->
          content.put(
              chance.pick(
                  List.of("ban", "kick", "invite", "redact", "state_default", "users_default")),
              Math.min(50, level));
    }
    send("power levels", room, Draft.state(user, EventType.POWER_LEVELS, "", content), "levels");
  }

  private void redact(RoomId room) {
    var targets =
        home.disk.rooms().events(room).stream()
            .filter(event -> event.standing() == Standing.ACCEPTED)
            .filter(event -> !event.event().type().equals(EventType.CREATE))
            .filter(event -> !losesWhoVouchedForIt(room, event.event()))
            .map(event -> event.event().eventId())
            .toList();
    if (targets.isEmpty()) return;
    var draft =
        new Draft(user, EventType.REDACTION, null, Json.object(), chance.pick(targets), null, null);
    send("redaction", room, draft, "redaction");
  }

  /// Restricted joins of version 8: whoever gets one redacted can only reject it. Version 9 is
  /// there to mend that.
  private boolean losesWhoVouchedForIt(RoomId room, Event event) {
    return event.content().has("join_authorised_via_users_server")
        && home.running().engine.rooms().view(room).stream()
            .anyMatch(view -> view.rules().version() == RoomVersion.V8);
  }

  private void upgrade(RoomId room) {
    if (world.rooms.size() > 3) return;
    var version = chance.pick(world.settings.versions());
    var made =
        attempt("upgrade", now -> now.upgrades.upgrade(requester, room, version.id(), List.of()));
    if (made instanceof Outcome.Done<RoomId>(var fresh)) world.rooms.add(fresh);
  }

  private void read(RoomId room) {
    attempt(
        "read",
        now -> {
          var timeline = now.engine.timeline();
          var slice = timeline.since(room, user, 0, now.ledger.committed(), 10, _ -> true);
          var page =
              timeline.messages(
                  room, user, null, null, Timeline.Direction.BACKWARDS, 15, _ -> true);
          if (!slice.events().isEmpty())
            timeline.context(room, user, slice.events().getFirst().event().eventId(), 4, _ -> true);
          return page;
        });
  }

  /// True when there is an answer, whatever it is.
  private boolean send(String what, RoomId room, Draft draft, String told) {
    var outcome =
        attempt(what, now -> now.engine.appends().append(room, List.of(draft), List.of()));
    if (outcome instanceof Outcome.Done<List<EventId>>(var ids))
      world.promises.add(new World.Promise(home, room, ids.getFirst(), user, told));
    return outcome != null;
  }

  /// Null if nobody knows what became of it.
  private <T> @Nullable Outcome<T> attempt(String what, Function<Incarnation, Outcome<T>> action) {
    var now = home.now();
    if (now == null) return null;
    try {
      var outcome = action.apply(now);
      if (!now.isAlive()) return null;
      boolean good = outcome instanceof Outcome.Done<T>;
      world.counts.add((good ? "done: " : "refused: ") + what);
      world.trace.add(world.scheduler.elapsed(), what, user, good);
      return outcome;
    } catch (LedgerException | Crashed e) {
      world.counts.add("unknown fate: " + what);
      return null;
    } catch (RuntimeException e) {
      if (now.isAlive()) world.broken(what + " by " + user, e);
      return null;
    }
  }

  // At the beginning.

  /// A room that others may join, where some have power.
  RoomId createRoom(RoomVersion version) {
    var rules = version.rules();
    var create = Json.object().put("room_version", version.id());
    if (!rules.redactsInContent()) create.put("creator", user.value());
    if (rules.creatorsHaveInfinitePower() && chance.percent(30))
      create.putArray("additional_creators").add(other().value());
    var levels = Json.object().put("state_default", 50).put("invite", chance.percent(50) ? 0 : 50);
    levels.putObject("events").put(EventType.TOPIC, chance.percent(70) ? 0 : 50);
    var users = levels.putObject("users");
    var creators = List.of(create.path("additional_creators").path(0).asText(""), user.value());
    if (!rules.creatorsHaveInfinitePower()) users.put(user.value(), 100);
    for (var person : world.people)
      if (chance.percent(35)
          && !users.has(person.user.value())
          && !(rules.creatorsHaveInfinitePower() && creators.contains(person.user.value())))
        users.put(person.user.value(), chance.percent(50) ? 50 : 100);
    var drafts =
        List.of(
            Draft.state(user, EventType.CREATE, "", create),
            Draft.state(
                user, EventType.MEMBER, user.value(), Json.object().put("membership", "join")),
            Draft.state(user, EventType.POWER_LEVELS, "", levels),
            Draft.state(user, EventType.JOIN_RULES, "", Json.object().put("join_rule", "public")));
    var made =
        attempt("create", now -> now.engine.appends().create(version, drafts, _ -> List.of()));
    if (made instanceof Outcome.Done<RoomId>(var room)) return room;
    throw new IllegalStateException("A room could not be made: " + made);
  }
}
