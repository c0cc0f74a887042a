package org.hearth.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.NotCanonical;

/// Somebody who has a server's key and is not bound by its engine.
final class Attacker {
  private static final int FLOOD = 24;
  private static final int TOO_LARGE = 70_000;

  private final World world;
  private final SimulatedServer server;
  private final Chance chance;
  private final UserId user;
  private int sent;

  Attacker(World world, SimulatedServer server, Chance chance) {
    this.world = world;
    this.server = server;
    this.chance = chance;
    this.user = server.users.getFirst();
  }

  void attack() {
    while (!world.people.stream().allMatch(Person::isDone)) {
      world.scheduler.sleep(chance.between(200, 6_000));
      if (!server.isUp()) continue;
      try {
        once();
      } catch (Crashed e) {
        // The attacker's own server went down; there will be another time.
      } catch (MalformedEvent | NotCanonical e) {
        world.counts.add("attacks that came to nothing");
      }
    }
  }

  private void once() throws MalformedEvent, NotCanonical {
    var rooms = server.running().engine.rooms();
    var known =
        world.rooms.stream()
            .filter(room -> rooms.view(room).filter(RoomView::resident).isPresent())
            .toList();
    if (known.isEmpty()) return;
    int kind = chance.below(13);
    boolean old = kind == 1 || chance.percent(30);
    var forge = Forge.in(server, chance.pick(known), old, chance).orElse(null);
    if (forge == null) return;
    switch (kind) {
      case 0 -> equivocate(forge);
      case 1 -> backdate(forge);
      case 2 -> forgeSignature(forge);
      case 3 -> forgeContent(forge);
      case 4 -> grabPower(forge);
      case 5 -> wrongAuthEvents(forge);
      case 6 -> tooLarge(forge);
      case 7 -> circle(forge);
      case 8 -> deep(forge);
      case 9 -> flood(forge);
      case 10 -> withhold(forge);
      case 11 -> hangInTheAir(forge);
      default -> malformed(forge);
    }
  }

  private ObjectNode topic() {
    return Json.object().put("topic", "evil" + ++sent);
  }

  private ObjectNode body() {
    return Json.object().put("body", "evil" + ++sent);
  }

  /// One of the servers, or all of them.
  private void deliver(String attack, ObjectNode... events) {
    world.counts.add("attack: " + attack);
    boolean all = chance.percent(40);
    for (var victim : world.servers)
      if (all ? victim != server : victim == chance.pick(world.servers))
        push(victim, List.of(events));
    // Sometimes its own engine hears of it, and goes on upon it.
    if (chance.percent(40)) push(server, List.of(events));
  }

  private void push(SimulatedServer victim, List<ObjectNode> events) {
    var now = server.running();
    var id = "evil" + ++sent;
    now.start(() -> world.network.transaction(now, victim.name, id, events));
  }

  private void equivocate(Forge forge) throws MalformedEvent {
    for (int i = 0; i < 2; i++) {
      var event = forge.signed(forge.honest(user, EventType.TOPIC, "", topic()));
      world.crafted.add(event, false);
      push(chance.pick(world.honest()), List.of(event.json()));
    }
    world.counts.add("attack: equivocation");
  }

  /// As if it had been sent long ago, when more was allowed.
  private void backdate(Forge forge) throws MalformedEvent {
    var builder =
        switch (chance.below(4)) {
          case 0 -> forge.honest(user, EventType.TOPIC, "", topic());
          case 1 -> forge.honest(user, EventType.MEMBER, victim().value(), membership("ban"));
          case 2 -> forge.honest(user, EventType.MEMBER, user.value(), membership("join"));
          default -> forge.honest(user, EventType.POWER_LEVELS, "", levels());
        };
    var event = forge.signed(builder.originServerTs(forge.at().originServerTs() - 1));
    world.crafted.add(event, false);
    deliver("backdated", event.json());
  }

  private UserId victim() {
    return chance.pick(world.people).user;
  }

  private static ObjectNode membership(String membership) {
    return Json.object().put("membership", membership);
  }

  private ObjectNode levels() {
    var levels = Json.object();
    levels.putObject("users").put(user.value(), 100);
    return levels;
  }

  /// In the name of somebody of another server.
  private void forgeSignature(Forge forge) throws MalformedEvent, NotCanonical {
    var honest = chance.pick(world.people.stream().filter(p -> !p.home().hostile).toList());
    var template = forge.honest(honest.user, EventType.TOPIC, "", topic()).template();
    if (forge.rules().eventIdIsField())
      template.put("event_id", "$evil" + ++sent + ":" + honest.home().name);
    var signed = forge.signed(template);
    if (chance.percent(50)) {
      // Our signature, said to be theirs.
      var signatures = (ObjectNode) signed.get("signatures");
      signatures.set(honest.home().name.value(), signatures.get(server.name.value()).deepCopy());
    }
    world.crafted.addForged(idOf(forge, signed));
    deliver("forged signature", signed);
  }

  private static EventId idOf(Forge forge, ObjectNode event) throws NotCanonical {
    return forge.rules().eventIdIsField()
        ? new EventId(event.get("event_id").textValue())
        : EventHashes.eventId(event, forge.rules());
  }

  /// The content is not what was hashed: what redaction keeps is, so the event stands, redacted.
  private void forgeContent(Forge forge) throws MalformedEvent {
    var event = forge.signed(forge.honest(user, EventType.TOPIC, "", topic()));
    world.crafted.add(event, false);
    var changed = event.json().deepCopy();
    ((ObjectNode) changed.get("content")).put("topic", "changed");
    deliver("forged content", changed);
  }

  private void grabPower(Forge forge) throws MalformedEvent {
    var event =
        forge.signed(
            switch (chance.below(5)) {
              case 0 -> forge.honest(user, EventType.POWER_LEVELS, "", levels());
              case 1 -> forge.honest(user, EventType.MEMBER, victim().value(), membership("ban"));
              case 2 -> forge.honest(user, EventType.MEMBER, victim().value(), membership("join"));
              case 3 ->
                  forge.honest(
                      user, EventType.JOIN_RULES, "", Json.object().put("join_rule", "public"));
              default ->
                  forge.honest(UserId.of("stranger", server.name), EventType.TOPIC, "", topic());
            });
    world.crafted.add(event, false);
    deliver("without the power", event.json());
  }

  private void wrongAuthEvents(Forge forge) throws MalformedEvent {
    var some = new ArrayList<EventId>();
    for (int i = 0; i < chance.between(0, 6); i++)
      some.add(chance.pick(forge.events()).event().eventId());
    if (chance.percent(50))
      some.addAll(forge.state().values().stream().sorted().limit(chance.between(1, 4)).toList());
    var event =
        forge.signed(
            forge.with(
                user,
                chance.percent(50) ? EventType.TOPIC : EventType.POWER_LEVELS,
                "",
                levels(),
                List.of(forge.at().eventId()),
                some));
    world.crafted.add(event, false);
    deliver("wrong auth events", event.json());
  }

  private void tooLarge(Forge forge) throws NotCanonical {
    var content = body().put("padding", "x".repeat(TOO_LARGE));
    var event = forge.honest(user, EventType.MESSAGE, Forge.MESSAGE, content).template();
    if (forge.rules().eventIdIsField()) event.put("event_id", "$evil" + ++sent + ":" + server.name);
    var signed = forge.signed(event);
    world.crafted.addForged(idOf(forge, signed));
    deliver("too large", signed);
  }

  /// Where servers choose ids, two events can come before each other.
  private void circle(Forge forge) throws MalformedEvent, NotCanonical {
    if (!forge.rules().eventIdIsField()) {
      hangInTheAir(forge);
      return;
    }
    var ids = new ArrayList<EventId>();
    for (int i = 0; i < 2; i++) ids.add(new EventId("$evil" + ++sent + ":" + server.name));
    boolean auth = chance.percent(50);
    for (int i = 0; i < 2; i++) {
      var other = ids.get(1 - i);
      var builder = forge.honest(user, EventType.MESSAGE, Forge.MESSAGE, body());
      var template = builder.template().put("event_id", ids.get(i).value());
      var pair = Json.array().add(other.value());
      pair.addObject().put("sha256", Base64Unpadded.encode(new byte[32]));
      var list = Json.array().add(pair);
      if (auth) template.withArrayProperty("auth_events").add(pair);
      else template.set("prev_events", list);
      var signed = forge.signed(template);
      world.crafted.addForged(ids.get(i));
      push(chance.pick(world.honest()), List.of(signed));
    }
    world.counts.add("attack: circle");
  }

  private void deep(Forge forge) throws MalformedEvent {
    var event =
        forge.signed(
            forge
                .honest(user, EventType.MESSAGE, Forge.MESSAGE, body())
                .depth(chance.percent(50) ? Long.MAX_VALUE : 1));
    world.crafted.add(event, false);
    deliver("false depth", event.json());
  }

  private void flood(Forge forge) throws MalformedEvent {
    var events = new ArrayList<ObjectNode>();
    for (int i = 0; i < FLOOD; i++) {
      var event = forge.signed(forge.honest(user, EventType.MESSAGE, Forge.MESSAGE, body()));
      world.crafted.add(event, false);
      events.add(event.json());
    }
    world.counts.add("attack: flood of extremities");
    push(chance.pick(world.honest()), events);
  }

  /// Gives away the second of two events; the first has to be asked for.
  private void withhold(Forge forge) throws MalformedEvent {
    Event first = forge.signed(forge.honest(user, EventType.TOPIC, "", topic()));
    world.crafted.add(first, false);
    var keys = forge.state();
    var auth =
        org.hearth.engine.auth.AuthEventSelection.select(
                EventType.MESSAGE, null, user, Json.object(), forge.rules())
            .stream()
            .filter(keys::containsKey)
            .map(keys::get)
            .sorted()
            .toList();
    var second =
        forge.signed(
            forge.with(
                user, EventType.MESSAGE, Forge.MESSAGE, body(), List.of(first.eventId()), auth));
    world.crafted.add(second, false);
    world.counts.add("attack: predecessor withheld");
    push(chance.pick(world.honest()), List.of(second.json()));
  }

  /// After an event that does not exist, or that nobody is ever given.
  private void hangInTheAir(Forge forge) throws MalformedEvent {
    var nowhere =
        new EventId(
            forge.rules().eventIdIsField()
                ? "$nowhere" + ++sent + ":" + server.name
                : EventIds.fresh(forge.rules(), chance));
    var honest = forge.honest(user, EventType.TOPIC, "", topic());
    var previous = chance.percent(50) ? List.of(nowhere) : List.of(forge.at().eventId(), nowhere);
    var event = forge.signed(honest.prevEvents(previous));
    world.crafted.add(event, false);
    deliver("hangs in the air", event.json());
  }

  private void malformed(Forge forge) throws NotCanonical {
    var event = forge.honest(user, EventType.MESSAGE, Forge.MESSAGE, body()).template();
    switch (chance.below(6)) {
      case 0 -> event.remove("content");
      case 1 -> event.put("depth", -5);
      case 2 -> event.put("depth", "deep");
      case 3 -> event.put("prev_events", "none");
      case 4 -> event.put("sender", "nobody");
      default -> event.put("type", "x".repeat(300));
    }
    world.counts.add("attack: malformed");
    push(chance.pick(world.honest()), List.of(event));
  }
}
