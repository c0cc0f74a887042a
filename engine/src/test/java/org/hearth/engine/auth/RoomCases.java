package org.hearth.engine.auth;

import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;
import static org.hearth.engine.auth.RoomFixture.TWO;
import static org.hearth.engine.auth.RuleCase.refuses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;

/// What the rules of create events, `auth_events`, power and the rest refuse.
final class RoomCases {
  private RoomCases() {}

  static List<RuleCase> create() {
    return List.of(
        refuses(
            Rule.CREATE_COMES_FIRST,
            room -> room.create("{}"),
            room -> RoomFixture.empty(room.rules().version()).create("{}")),
        refuses(
            Rule.CREATE_BELONGS_TO_THE_ROOMS_SERVER,
            room -> fresh(room, "room_id", "!room:two.example"),
            room -> RoomFixture.empty(room.rules().version()).create("{}")),
        refuses(
            Rule.CREATE_HAS_NO_ROOM_ID,
            room -> fresh(room, "room_id", "!room"),
            room -> RoomFixture.empty(room.rules().version()).create("{}")),
        refuses(
            Rule.ROOM_VERSION_IS_KNOWN,
            room -> RoomFixture.empty(room.rules().version()).create("{'room_version':'none'}"),
            room -> RoomFixture.empty(room.rules().version()).create("{'room_version':'1'}")),
        refuses(
            Rule.ROOM_VERSION_IS_KNOWN,
            room -> RoomFixture.empty(room.rules().version()).create("{'room_version':1}"),
            room -> fresh(room, "content", "{'creator':'@alice:one.example'}")),
        refuses(
            Rule.CREATE_NAMES_A_CREATOR,
            room -> fresh(room, "content", "{}"),
            room -> fresh(room, "content", "{'creator':'@alice:one.example'}")),
        refuses(
            Rule.ADDITIONAL_CREATORS_ARE_USERS,
            room -> fresh(room, "content", "{'additional_creators':['@bob:one.example','bob']}"),
            room -> fresh(room, "content", "{'additional_creators':['@bob:one.example']}")),
        refuses(
            Rule.ADDITIONAL_CREATORS_ARE_USERS,
            room -> fresh(room, "content", "{'additional_creators':'@bob:one.example'}"),
            room -> fresh(room, "content", "{'additional_creators':[]}")),
        refuses(
            Rule.ROOM_HAS_A_CREATE_EVENT,
            room -> room.remove(StateKey.CREATE).message(ALICE),
            room -> room.message(ALICE)),
        refuses(
            Rule.ROOM_HAS_A_CREATE_EVENT,
            room -> RoomFixture.publicRoom(room.rules().version(), "{'x':1}").message(ALICE),
            room -> room.message(ALICE)));
  }

  static List<RuleCase> authEvents() {
    return List.of(
        authEventsRefused(
            Rule.AUTH_EVENTS_HAVE_NO_DUPLICATES,
            room -> named(room, StateKey.POWER_LEVELS, StateKey.POWER_LEVELS)),
        authEventsRefused(
            Rule.AUTH_EVENTS_ARE_AS_SELECTED, room -> named(room, StateKey.JOIN_RULES)),
        new RuleCase(
            Rule.AUTH_EVENTS_ARE_AS_SELECTED,
            room -> judge(room.message(ALICE), List.of(room.message(ALICE)), null),
            RoomCases::goodAuthEvents),
        new RuleCase(
            Rule.AUTH_EVENTS_WERE_ACCEPTED,
            room -> {
              List<Event> events = named(room);
              return judge(room.message(ALICE), events, events.getLast());
            },
            RoomCases::goodAuthEvents),
        new RuleCase(
            Rule.AUTH_EVENTS_NAME_THE_CREATE_EVENT,
            room ->
                judge(
                    room.message(ALICE),
                    List.of(Objects.requireNonNull(room.state().get(StateKey.POWER_LEVELS))),
                    null),
            RoomCases::goodAuthEvents),
        authEventsRefused(
            Rule.AUTH_EVENTS_ARE_OF_THE_ROOM,
            room -> {
              RoomFixture other = RoomFixture.publicRoom(room.rules().version(), "{'x':1}");
              Event levels =
                  other.built(
                      other
                          .builder(ALICE, EventType.POWER_LEVELS)
                          .stateKey("")
                          .roomId(new RoomId(room.rules().roomIdIsCreateHash() ? "!x" : "!x:y")));
              List<Event> events = new ArrayList<>(named(room));
              events.removeIf(event -> event.isState(StateKey.POWER_LEVELS));
              events.add(levels);
              return events;
            }));
  }

  static List<RuleCase> others() {
    return List.of(
        refuses(
            Rule.ROOM_IS_NOT_FEDERATED,
            room -> local(room).member(CAROL, CAROL, "join"),
            room -> local(room).member(BOB, BOB, "join")),
        refuses(
            Rule.ALIASES_ARE_STATE,
            room -> room.event(ALICE, EventType.ALIASES, null, Json.object()),
            room -> room.state(CAROL, EventType.ALIASES, TWO.value(), "{}")),
        refuses(
            Rule.ALIASES_ARE_OF_THE_SENDERS_SERVER,
            room -> room.state(ALICE, EventType.ALIASES, TWO.value(), "{}"),
            room -> room.state(CAROL, EventType.ALIASES, TWO.value(), "{}")),
        refuses(
            Rule.SENDER_IS_JOINED,
            room -> room.members("invite", BOB).message(BOB),
            room -> room.members("join", BOB).message(BOB)),
        refuses(
            Rule.THIRD_PARTY_INVITE_NEEDS_POWER,
            room ->
                room.powerLevels("{'invite':1}")
                    .members("join", BOB)
                    .state(BOB, EventType.THIRD_PARTY_INVITE, "token", "{}"),
            room ->
                room.members("join", BOB).state(BOB, EventType.THIRD_PARTY_INVITE, "token", "{}")),
        refuses(
            Rule.EVENT_TYPE_NEEDS_POWER,
            room -> room.members("join", BOB).state(BOB, "m.room.topic", "", "{}"),
            room -> room.members("join", BOB).event(BOB, "m.room.topic", null, Json.object())),
        refuses(
            Rule.EVENT_TYPE_NEEDS_POWER,
            room ->
                room.powerLevels("{'events':{'m.room.message':1}}")
                    .members("join", BOB)
                    .message(BOB),
            room -> room.powerLevels("{'events':{'m.room.message':1}}").message(ALICE)),
        refuses(
            Rule.EVENT_TYPE_NEEDS_POWER,
            room ->
                room.remove(StateKey.POWER_LEVELS).members("join", BOB).state(BOB, "x", "", "{}"),
            room -> room.remove(StateKey.POWER_LEVELS).state(ALICE, "x", "", "{}")),
        refuses(
            Rule.USER_STATE_BELONGS_TO_THE_USER,
            room -> room.state(ALICE, "x", BOB.value(), "{}"),
            room -> room.state(ALICE, "x", ALICE.value(), "{}")),
        refuses(
            Rule.USER_STATE_BELONGS_TO_THE_USER,
            room -> room.state(ALICE, "x", "@", "{}"),
            room -> room.state(ALICE, "x", "x@bob:one.example", "{}")),
        refuses(
            Rule.REDACTION_NEEDS_POWER,
            room -> redaction(room.members("join", CAROL), "$x:one.example"),
            room ->
                redaction(
                    room.powerLevels("{'redact':0}").members("join", CAROL), "$x:one.example")));
  }

  private static RoomFixture local(RoomFixture room) {
    return room.apply(room.create("{'m.federate':false}"));
  }

  private static Event redaction(RoomFixture room, String target) {
    return room.built(
        room.builder(CAROL, EventType.REDACTION).roomId(room.roomId()).redacts(new EventId(target)),
        TWO);
  }

  /// A create event with one key replaced; it is not signed again, which no authorisation rule
  /// looks at.
  private static Event fresh(RoomFixture room, String key, String value) {
    Event create = RoomFixture.empty(room.rules().version()).create("{}");
    ObjectNode json = create.json().deepCopy();
    if (value.startsWith("{")) json.set(key, RoomFixture.json(value));
    else json.put(key, value);
    return EventReader.readTrusted(json, create.eventId(), room.rules());
  }

  /// What a message of Alice names, and more.
  private static List<Event> named(RoomFixture room, StateKey... more) {
    List<Event> events = new ArrayList<>();
    for (StateKey key : AuthEventSelection.select(room.message(ALICE))) {
      events.add(Objects.requireNonNull(room.state().get(key)));
    }
    for (StateKey key : more) {
      events.add(Objects.requireNonNull(room.state().get(key)));
    }
    return events;
  }

  private static Verdict goodAuthEvents(RoomFixture room) {
    return judge(room.message(ALICE), named(room), null);
  }

  private static RuleCase authEventsRefused(Rule rule, Function<RoomFixture, List<Event>> events) {
    return new RuleCase(
        rule,
        room -> judge(room.message(ALICE), events.apply(room), null),
        RoomCases::goodAuthEvents);
  }

  private static Verdict judge(Event event, List<Event> authEvents, Event rejected) {
    return AuthEventsRules.check(event, authEvents, each -> each.equals(rejected));
  }
}
