package org.hearth.engine.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;
import static org.hearth.engine.auth.RoomFixture.DAVE;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hearth.engine.auth.RoomFixture;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Forks as they happen between servers. Where nothing else is said, later events have later times.
class StateResolutionTest {
  private static final StateKey TOPIC = new StateKey("m.room.topic", "");
  private static final String BOB_50 = "'@bob:one.example':50";

  @ParameterizedTest
  @EnumSource
  void equalStatesResolveToThemselves(RoomVersion version) {
    RoomFixture room = RoomFixture.publicRoom(version);

    assertThat(resolve(room, room)).isEqualTo(stateOf(room));
  }

  @ParameterizedTest
  @EnumSource
  void whatOnlyOneSideHasIsKeptIfItIsAllowed(RoomVersion version) {
    RoomFixture left = RoomFixture.publicRoom(version);
    RoomFixture right = left.fork();
    left.apply(left.member(BOB, BOB, "join"));
    right.apply(topic(right, ALICE, "new"));

    StateMap resolved = resolve(left, right);

    assertThat(resolved.get(StateKey.member(BOB))).isEqualTo(id(left, StateKey.member(BOB)));
    assertThat(resolved.get(TOPIC)).isEqualTo(id(right, TOPIC));
    assertThat(resolved.size()).isEqualTo(stateOf(left).size() + 1);
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoTopicsTheLaterStays(RoomVersion version) {
    RoomFixture left = RoomFixture.publicRoom(version);
    RoomFixture right = left.fork();
    left.apply(topic(left, ALICE, "first"));
    right.apply(topic(right, ALICE, "second"));

    assertThat(resolve(left, right).get(TOPIC)).isEqualTo(id(right, TOPIC));
  }

  /// An admin bans a moderator who, elsewhere and later, changes the power levels.
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void aBanOutranksWhatTheBannedDidMeanwhile(RoomVersion version) {
    RoomFixture left = room(version, BOB_50).members("join", BOB);
    RoomFixture right = left.fork();
    left.apply(left.member(ALICE, BOB, "ban"));
    right.apply(right.powers(BOB, users(version, BOB_50 + ",'@dave:two.example':10")));

    StateMap resolved = resolve(left, right);

    assertThat(resolved.get(StateKey.member(BOB))).isEqualTo(id(left, StateKey.member(BOB)));
    assertThat(resolved.get(StateKey.POWER_LEVELS)).isEqualTo(id(left, StateKey.POWER_LEVELS));
  }

  /// A join that was fine by the old join rule does not slip past the new one.
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void aJoinDoesNotEvadeTheClosingOfTheRoom(RoomVersion version) {
    RoomFixture left = RoomFixture.publicRoom(version);
    RoomFixture right = left.fork();
    left.joinRule("invite");
    right.apply(right.member(BOB, BOB, "join"));

    StateMap resolved = resolve(left, right);

    assertThat(resolved.get(StateKey.JOIN_RULES)).isEqualTo(id(left, StateKey.JOIN_RULES));
    assertThat(resolved.get(StateKey.member(BOB))).isNull();
  }

  /// Power levels on a branch that goes on from the other side's win, as the chain of their auth
  /// events says.
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void aChainOfPowerLevelsIsReplayedInOrder(RoomVersion version) {
    RoomFixture left = room(version, BOB_50).members("join", BOB, CAROL);
    RoomFixture right = left.fork();
    left.apply(left.powers(BOB, users(version, BOB_50 + ",'@carol:two.example':40")));
    left.apply(
        left.powers(
            CAROL, users(version, BOB_50 + ",'@carol:two.example':40,'@dave:two.example':5")));
    Event last = left.state().get(StateKey.POWER_LEVELS);

    assertThat(resolve(left, right).get(StateKey.POWER_LEVELS)).isEqualTo(last.eventId());
  }

  /// Bob loses his power on one side while he sets the topic on the other.
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void aTopicSetWithLostPowerDoesNotStay(RoomVersion version) {
    RoomFixture left = room(version, BOB_50).members("join", BOB);
    left.apply(topic(left, ALICE, "old"));
    RoomFixture right = left.fork();
    left.powerLevels(users(version, "'@bob:one.example':0"));
    right.apply(right.powers(BOB, users(version, BOB_50 + ",'@dave:two.example':10")));
    right.apply(topic(right, BOB, "new"));

    StateMap resolved = resolve(left, right);

    assertThat(resolved.get(StateKey.POWER_LEVELS)).isEqualTo(id(left, StateKey.POWER_LEVELS));
    assertThat(resolved.get(TOPIC)).isEqualTo(id(left, TOPIC));
  }

  /// A merge with a state from before Bob was promoted and set the topic: his topic, sent by right
  /// before he was banned, stays.
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void aTopicOfSomebodyBannedLaterFallsBackToTheOldOne(RoomVersion version) {
    RoomFixture room = room(version, "").members("join", BOB);
    room.apply(topic(room, ALICE, "old"));
    RoomFixture stale = room.fork();
    EventId old = id(room, TOPIC);
    room.powerLevels(users(version, BOB_50));
    room.apply(topic(room, BOB, "new"));
    room.apply(room.member(ALICE, BOB, "ban"));

    assertThat(resolve(room, stale).get(TOPIC)).isEqualTo(old);
  }

  /// [MSC4297](https://github.com/matrix-org/matrix-spec-proposals/pull/4297), problem A: both
  /// sides agree that Alice has left, and one holds an outdated join rule of hers. Version 2 judges
  /// the join rules by the unconflicted state, in which nobody made them, and loses both.
  @Test
  void conflictingEventsAreNotJudgedByTheUnconflictedState() {
    for (RoomVersion version : List.of(RoomVersion.V11, RoomVersion.V12)) {
      RoomFixture room = RoomFixture.publicRoom(version).members("join", BOB);
      Event outdated = room.state().get(StateKey.JOIN_RULES);
      room.joinRule("invite");
      room.apply(room.member(ALICE, ALICE, "leave"));
      RoomFixture partlySynchronised = room.fork().apply(outdated);

      EventId resolved = resolve(room, partlySynchronised).get(StateKey.JOIN_RULES);

      assertThat(resolved)
          .isEqualTo(version == RoomVersion.V12 ? id(room, StateKey.JOIN_RULES) : null);
    }
  }

  /// [MSC4297](https://github.com/matrix-org/matrix-spec-proposals/pull/4297), problem B: Alice
  /// promoted Bob, Bob promoted Carol, and one side holds the power levels from before both,
  /// although it knows the others by their auth chains. Version 2 does not replay Bob's promotion,
  /// so that Carol's fails.
  @Test
  void whatLiesBetweenConflictedEventsIsReplayed() {
    for (RoomVersion version : List.of(RoomVersion.V11, RoomVersion.V12)) {
      RoomFixture room = room(version, "");
      room.members("join", BOB, CAROL);
      Event outdated = room.state().get(StateKey.POWER_LEVELS);
      room.powerLevels(users(version, BOB_50));
      room.apply(room.powers(BOB, users(version, BOB_50 + ",'@carol:two.example':50")));
      room.apply(room.member(DAVE, DAVE, "join"));
      RoomFixture partlySynchronised = room.fork().apply(outdated);

      EventId resolved = resolve(room, partlySynchronised).get(StateKey.POWER_LEVELS);

      assertThat(resolved)
          .isEqualTo(
              version == RoomVersion.V12 ? id(room, StateKey.POWER_LEVELS) : outdated.eventId());
    }
  }

  /// Version 1 stops at the first event in a line that is not allowed, counted from the oldest.
  @Test
  void theFirstAlgorithmTakesTheLastOfAnUnbrokenLine() {
    RoomFixture left = room(RoomVersion.V1, BOB_50).members("join", BOB);
    RoomFixture right = left.fork();
    left.apply(left.member(ALICE, BOB, "ban"));
    right.apply(right.powers(BOB, users(RoomVersion.V1, BOB_50 + ",'@dave:two.example':10")));

    StateMap resolved = resolve(left, right);

    assertThat(resolved.get(StateKey.member(BOB))).isEqualTo(id(left, StateKey.member(BOB)));
    assertThat(resolved.get(StateKey.POWER_LEVELS)).isNotNull();
  }

  /// "... check that the event would be allowed": events that the chain of auth events rejected are
  /// left out.
  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void rejectedEventsTakeNoPart(RoomVersion version) {
    RoomFixture left = RoomFixture.publicRoom(version);
    RoomFixture right = left.fork();
    left.apply(topic(left, ALICE, "first"));
    right.apply(topic(right, ALICE, "second"));
    EventId rejected = id(right, TOPIC);
    LoadedEventGraph graph =
        new LoadedEventGraph(
            left.state().create(), left.applied(), event -> event.eventId().equals(rejected));

    StateMap resolved =
        StateResolution.resolve(List.of(stateOf(left), stateOf(right)), graph, version.rules());

    assertThat(resolved.get(TOPIC)).isEqualTo(id(left, TOPIC));
  }

  private static RoomFixture room(RoomVersion version, String powerLevels) {
    return RoomFixture.publicRoom(version).powerLevels(users(version, powerLevels));
  }

  /// Power levels of these users, and of Alice where she needs one. Whoever has 40 may change them.
  private static String users(RoomVersion version, String others) {
    boolean infinite = version.rules().creatorsHaveInfinitePower();
    String alice = infinite ? "" : "'@alice:one.example':100" + (others.isEmpty() ? "" : ",");
    return "{'state_default':40,'users':{" + alice + others + "}}";
  }

  private static Event topic(RoomFixture room, UserId sender, String topic) {
    return room.state(sender, "m.room.topic", "", "{'topic':'" + topic + "'}");
  }

  private static EventId id(RoomFixture room, StateKey key) {
    return room.stateMap().get(key).eventId();
  }

  static StateMap stateOf(RoomFixture room) {
    Map<StateKey, EventId> ids = new TreeMap<>();
    room.stateMap().forEach((key, event) -> ids.put(key, event.eventId()));
    return new StateMap(ids);
  }

  private static StateMap resolve(RoomFixture... rooms) {
    LoadedEventGraph graph =
        new LoadedEventGraph(rooms[0].state().create(), rooms[0].applied(), _ -> false);
    List<StateMap> states = Arrays.stream(rooms).map(StateResolutionTest::stateOf).toList();
    StateMap resolved = StateResolution.resolve(states, graph, rooms[0].rules());
    assertThat(StateResolution.resolve(states.reversed(), graph, rooms[0].rules()))
        .as("the order of the states does not matter")
        .isEqualTo(resolved);
    return resolved;
  }
}
