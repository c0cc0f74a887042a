package org.hearth.engine.resolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;
import static org.hearth.engine.auth.RoomFixture.CAROL;
import static org.hearth.engine.auth.RoomFixture.DAVE;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.hearth.engine.auth.RoomFixture;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.event.StoredHalves;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds of every resolution, tried on rooms in which several servers go their own ways and
/// meet again.
class ResolutionPropertiesTest {
  private static final List<UserId> USERS = List.of(ALICE, BOB, CAROL, DAVE);
  private static final List<String> MEMBERSHIPS =
      List.of("join", "join", "leave", "ban", "invite", "knock");

  @ParameterizedTest
  @EnumSource
  void theResultDependsNeitherOnTheOrderOfStatesNorOfEvents(RoomVersion version) {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      List<RoomFixture> forks = randomForks(version, random);
      List<StateMap> states = states(forks);
      List<Event> events = new ArrayList<>(forks.getFirst().applied());
      StateMap resolved = StateResolution.resolve(states, graph(forks, events), version.rules());

      Collections.shuffle(states, random);
      Collections.shuffle(events, random);

      assertThat(StateResolution.resolve(states, graph(forks, events), version.rules()))
          .as("seed %d", seed)
          .isEqualTo(resolved);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAllStatesAgreeOnStays(RoomVersion version) {
    for (int seed = 0; seed < 60; seed++) {
      List<RoomFixture> forks = randomForks(version, new Random(seed));
      List<StateMap> states = states(forks);
      StateMap resolved =
          StateResolution.resolve(
              states, graph(forks, forks.getFirst().applied()), version.rules());

      assertThat(resolved.events().entrySet())
          .as("seed %d", seed)
          .containsAll(Conflicts.agreed(states).entrySet());
    }
  }

  /// What lies on the disk in clear is enough to judge and to resolve.
  @ParameterizedTest
  @EnumSource
  void theClearHalvesResolveAndJudgeAsTheWholeEvents(RoomVersion version) {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      List<RoomFixture> forks = randomForks(version, random);
      List<StateMap> states = states(forks);
      List<Event> events = forks.getFirst().applied();
      List<Event> halves = events.stream().map(ResolutionPropertiesTest::clearHalf).toList();

      assertThat(StateResolution.resolve(states, graph(forks, halves), version.rules()))
          .as("seed %d", seed)
          .isEqualTo(StateResolution.resolve(states, graph(forks, events), version.rules()));
      for (RoomFixture fork : forks) {
        Event event = randomEvent(fork, random);
        assertThat(fork.fork().storingClearHalvesOnly().judge(event))
            .as("seed %d", seed)
            .isEqualTo(fork.judge(event));
      }
    }
  }

  private static Event clearHalf(Event event) {
    return EventReader.readTrusted(
        StoredHalves.split(event).clear(), event.eventId(), event.rules());
  }

  /// A state that comes twice says nothing new, and one that all others came from changes nothing
  /// where nobody forked.
  @ParameterizedTest
  @EnumSource
  void aStateThatComesTwiceCountsOnce(RoomVersion version) {
    for (int seed = 0; seed < 30; seed++) {
      List<RoomFixture> forks = randomForks(version, new Random(seed));
      List<StateMap> states = states(forks);
      LoadedEventGraph graph = graph(forks, forks.getFirst().applied());
      List<StateMap> twice = new ArrayList<>(states);
      twice.addAll(states);

      assertThat(StateResolution.resolve(twice, graph, version.rules()))
          .as("seed %d", seed)
          .isEqualTo(StateResolution.resolve(states, graph, version.rules()));
    }
  }

  /// Against the definition, word by word, on sets.
  @ParameterizedTest
  @EnumSource(names = {"V2", "V12"})
  void authDifferenceIsWhatTheDefinitionSays(RoomVersion version) {
    for (int seed = 0; seed < 100; seed++)
      assertAuthDifference(seed, randomForks(version, new Random(seed)));
  }

  /// A room may have as many ends, each with a state of its own.
  @ParameterizedTest
  @EnumSource(names = {"V2", "V12"})
  void authDifferenceOfVeryManyStatesIsWhatTheDefinitionSays(RoomVersion version) {
    for (int count : List.of(64, 65, 127, 128))
      assertAuthDifference(count, randomForks(version, new Random(count), count, 2 * count));
  }

  private static void assertAuthDifference(int seed, List<RoomFixture> forks) {
    List<StateMap> states = states(forks);
    LoadedEventGraph graph = graph(forks, forks.getFirst().applied());

    Set<Integer> union = new HashSet<>();
    Set<Integer> intersection = null;
    for (StateMap state : states) {
      Set<Integer> chain = new HashSet<>();
      state.events().values().forEach(id -> addWithChain(graph.ordinal(id), graph, chain));
      union.addAll(chain);
      if (intersection == null) intersection = new HashSet<>(chain);
      intersection.retainAll(chain);
    }
    union.removeAll(intersection);

    assertThat(setOf(AuthDifference.of(Conflicts.among(states, graph::ordinal), graph)))
        .as("seed %d", seed)
        .isEqualTo(union);
  }

  /// "The union of all such paths between any pair of events in the conflicted state set".
  @ParameterizedTest
  @EnumSource(names = {"V2", "V12"})
  void conflictedSubgraphIsWhatTheDefinitionSays(RoomVersion version) {
    for (int seed = 0; seed < 100; seed++) {
      List<RoomFixture> forks = randomForks(version, new Random(seed));
      LoadedEventGraph graph = graph(forks, forks.getFirst().applied());
      BitSet conflicted = Conflicts.among(states(forks), graph::ordinal).conflictedSet();
      Set<Integer> expected = new HashSet<>();
      for (int event = 0; event < graph.size(); event++) {
        Set<Integer> below = new HashSet<>();
        addWithChain(event, graph, below);
        boolean leadsToOne = below.stream().anyMatch(conflicted::get);
        boolean reachedFromOne = false;
        for (int other : setOf(conflicted)) {
          Set<Integer> ofOther = new HashSet<>();
          addWithChain(other, graph, ofOther);
          reachedFromOne |= ofOther.contains(event);
        }
        if (leadsToOne && reachedFromOne) expected.add(event);
      }

      assertThat(setOf(ConflictedSubgraph.of(conflicted, graph)))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  /// Two or three servers, each of which applies what is allowed on its own branch; sometimes two
  /// of them meet.
  private static List<RoomFixture> randomForks(RoomVersion version, Random random) {
    return randomForks(version, random, 2 + random.nextInt(2), 20);
  }

  private static List<RoomFixture> randomForks(
      RoomVersion version, Random random, int count, int events) {
    RoomFixture base = RoomFixture.publicRoom(version).members("join", BOB);
    base.powerLevels(
        version.rules().creatorsHaveInfinitePower()
            ? "{'users':{'@bob:one.example':50}}"
            : "{'users':{'@alice:one.example':100,'@bob:one.example':50}}");
    List<RoomFixture> forks = new ArrayList<>();
    for (int i = 0; i < count; i++) forks.add(base.fork());
    for (int i = 0; i < events; i++) {
      RoomFixture fork = forks.get(random.nextInt(forks.size()));
      if (random.nextInt(8) == 0) merge(fork, forks.get(random.nextInt(forks.size())));
      Event event = randomEvent(fork, random);
      if (fork.judge(event).isAllowed()) fork.apply(event);
    }
    return forks;
  }

  private static void merge(RoomFixture fork, RoomFixture other) {
    Map<EventId, Event> byId = new HashMap<>();
    for (Event event : fork.applied()) byId.put(event.eventId(), event);
    StateMap resolved =
        StateResolution.resolve(
            List.of(StateResolutionTest.stateOf(fork), StateResolutionTest.stateOf(other)),
            graph(List.of(fork), fork.applied()),
            fork.rules());
    Map<StateKey, Event> merged = new TreeMap<>();
    resolved.events().forEach((key, id) -> merged.put(key, byId.get(id)));
    Set<EventId> heads = new HashSet<>(fork.heads());
    heads.addAll(other.heads());
    fork.withState(merged, heads);
  }

  private static Event randomEvent(RoomFixture room, Random random) {
    UserId sender = USERS.get(random.nextInt(USERS.size()));
    UserId target = USERS.get(random.nextInt(USERS.size()));
    return switch (random.nextInt(6)) {
      case 0 -> room.state(sender, "m.room.topic", "", "{'topic':'" + random.nextInt() + "'}");
      case 1 ->
          room.state(
              sender,
              "m.room.join_rules",
              "",
              "{'join_rule':'" + (random.nextBoolean() ? "public" : "invite") + "'}");
      case 2 -> {
        String alice = room.rules().creatorsHaveInfinitePower() ? "" : "'@alice:one.example':100,";
        String bob = "'@bob:one.example':" + List.of(0, 50, 50).get(random.nextInt(3));
        String carol = ",'@carol:two.example':" + List.of(0, 50).get(random.nextInt(2));
        yield room.powers(sender, "{'users':{" + alice + bob + carol + "}}");
      }
      default ->
          room.member(
              random.nextBoolean() ? target : sender,
              target,
              MEMBERSHIPS.get(random.nextInt(MEMBERSHIPS.size())));
    };
  }

  private static List<StateMap> states(List<RoomFixture> forks) {
    return new ArrayList<>(forks.stream().map(StateResolutionTest::stateOf).toList());
  }

  private static LoadedEventGraph graph(List<RoomFixture> forks, List<Event> events) {
    return new LoadedEventGraph(forks.getFirst().state().create(), events, _ -> false);
  }

  private static void addWithChain(int event, EventGraph graph, Set<Integer> chain) {
    if (!chain.add(event)) return;
    for (int authEvent : graph.authEvents(event)) addWithChain(authEvent, graph, chain);
  }

  private static Set<Integer> setOf(BitSet set) {
    Set<Integer> ordinals = new HashSet<>();
    set.stream().forEach(ordinals::add);
    return ordinals;
  }
}
