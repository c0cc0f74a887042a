package org.hearth.engine.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.event.StoredHalves;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;

/// A room to judge events in. It starts as a public room that Alice made; she is its only member
/// and its only admin. Events are built on the state as it is and change it only when they are
/// applied.
public final class RoomFixture {
  public static final ServerName ONE = new ServerName("one.example");
  public static final ServerName TWO = new ServerName("two.example");
  public static final UserId ALICE = UserId.of("alice", ONE);
  public static final UserId BOB = UserId.of("bob", ONE);
  public static final UserId CAROL = UserId.of("carol", TWO);
  public static final UserId DAVE = UserId.of("dave", TWO);

  private static final SigningKey KEY = new SigningKey("ed25519:test", new byte[32]);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RoomRules rules;
  private final Map<StateKey, Event> state;
  private RoomId roomId = new RoomId("!room:one.example");
  private List<EventId> heads = List.of();
  private boolean clearHalvesOnly;

  /// Shared by all forks of a room.
  private final AtomicLong clock;

  private final List<Event> applied;

  private RoomFixture(
      RoomRules rules, Map<StateKey, Event> state, AtomicLong clock, List<Event> applied) {
    this.rules = rules;
    this.state = new TreeMap<>(state);
    this.clock = clock;
    this.applied = applied;
  }

  /// Nothing yet, not even a create event.
  public static RoomFixture empty(RoomVersion version) {
    return new RoomFixture(version.rules(), Map.of(), new AtomicLong(1_000), new ArrayList<>());
  }

  /// Only created, with these keys in the create event besides the necessary ones.
  public static RoomFixture created(RoomVersion version, String createContent) {
    RoomFixture room = empty(version);
    return room.apply(room.create(createContent));
  }

  public static RoomFixture publicRoom(RoomVersion version) {
    return publicRoom(version, "{}");
  }

  public static RoomFixture publicRoom(RoomVersion version, String createContent) {
    RoomFixture room = created(version, createContent);
    room.apply(room.member(ALICE, ALICE, "join"));
    room.powerLevels("{}");
    return room.joinRule("public");
  }

  /// The same room on another server that goes its own way from here.
  public RoomFixture fork() {
    RoomFixture fork = new RoomFixture(rules, state, clock, applied);
    fork.roomId = roomId;
    fork.heads = heads;
    return fork;
  }

  /// The state as somebody merged it.
  public RoomFixture withState(Map<StateKey, Event> merged, Collection<EventId> heads) {
    state.clear();
    state.putAll(merged);
    this.heads = List.copyOf(heads);
    return this;
  }

  public List<EventId> heads() {
    return heads;
  }

  /// All events that this room and its forks ever applied.
  public List<Event> applied() {
    return List.copyOf(applied);
  }

  /// From now on events are judged, and stand in the state, without their sealed halves.
  public RoomFixture storingClearHalvesOnly() {
    clearHalvesOnly = true;
    state.replaceAll((_, event) -> clearHalf(event));
    return this;
  }

  public RoomRules rules() {
    return rules;
  }

  public AuthState state() {
    return AuthState.of(state);
  }

  public Map<StateKey, Event> stateMap() {
    return new TreeMap<>(state);
  }

  public Event create(String content) {
    ObjectNode json = json("{'creator':'@alice:one.example'}");
    json.put("room_version", rules.version().id());
    json.setAll(json(content));
    EventBuilder builder = builder(ALICE, EventType.CREATE).stateKey("").content(json);
    if (!rules.roomIdIsCreateHash()) builder.roomId(roomId);
    return built(builder);
  }

  /// Puts a state event into the state, allowed or not; any event becomes the only head.
  public RoomFixture apply(Event event) {
    if (event.isState()) {
      state.put(event.stateKeyPair(), clearHalvesOnly ? clearHalf(event) : event);
    }
    if (event.isState(StateKey.CREATE)) roomId = event.roomId();
    heads = List.of(event.eventId());
    applied.add(event);
    return this;
  }

  public RoomFixture remove(StateKey key) {
    state.remove(key);
    return this;
  }

  public RoomFixture members(String membership, UserId... users) {
    for (UserId user : users) apply(member(user, user, membership));
    return this;
  }

  public RoomFixture joinRule(String rule) {
    return apply(state(ALICE, EventType.JOIN_RULES, "", "{'join_rule':'" + rule + "'}"));
  }

  /// Applies power levels with Alice at 100, where she needs it, and these keys.
  public RoomFixture powerLevels(String content) {
    return apply(powers(ALICE, content));
  }

  public Event powers(UserId sender, String content) {
    ObjectNode json = json(content);
    boolean aliceIsBelow = !rules.creatorsHaveInfinitePower() && !json.has("users");
    if (aliceIsBelow) json.putObject("users").put(ALICE.value(), 100);
    return event(sender, EventType.POWER_LEVELS, "", json);
  }

  public Event member(UserId sender, UserId target, String membership) {
    return state(sender, EventType.MEMBER, target.value(), "{'membership':'" + membership + "'}");
  }

  public Event message(UserId sender) {
    return event(sender, "m.room.message", null, json("{'body':'hello'}"));
  }

  /// A state event with content in single quotes.
  public Event state(UserId sender, String type, String key, String content) {
    return event(sender, type, key, json(content));
  }

  public Event event(UserId sender, String type, String key, ObjectNode content) {
    EventBuilder builder = builder(sender, type).content(content).roomId(roomId);
    if (key != null) builder.stateKey(key);
    builder.authEvents(authEvents(type, key, sender, content));
    return built(builder);
  }

  /// For what the shorter methods cannot say; the builder has a sender, a time and heads.
  public EventBuilder builder(UserId sender, String type) {
    return new EventBuilder(rules, type, sender, RANDOM)
        .prevEvents(heads)
        .depth(clock.get())
        .originServerTs(clock.incrementAndGet());
  }

  public Event built(EventBuilder builder) {
    return built(builder, ONE);
  }

  /// Signed by that server, which also names the event where servers do.
  public Event built(EventBuilder builder, ServerName server) {
    try {
      return builder.build(server, KEY);
    } catch (MalformedEvent e) {
      throw new AssertionError(e);
    }
  }

  public RoomId roomId() {
    return roomId;
  }

  public Verdict judge(Event event) {
    return AuthRules.check(clearHalvesOnly ? clearHalf(event) : event, rules, state());
  }

  private static Event clearHalf(Event event) {
    return EventReader.readTrusted(
        StoredHalves.split(event).clear(), event.eventId(), event.rules());
  }

  public static ObjectNode json(String singleQuoted) {
    try {
      return Json.parseObject(singleQuoted.replace('\'', '"').getBytes(UTF_8));
    } catch (MalformedJson e) {
      throw new AssertionError(e);
    }
  }

  private List<EventId> authEvents(String type, String key, UserId sender, ObjectNode content) {
    List<EventId> ids = new ArrayList<>();
    for (StateKey needed : AuthEventSelection.select(type, key, sender, content, rules)) {
      if (state.containsKey(needed)) ids.add(state.get(needed).eventId());
    }
    return ids;
  }
}
