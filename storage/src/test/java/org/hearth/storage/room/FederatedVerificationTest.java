package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.hearth.engine.purge.Purge;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.verify.Explanation;
import org.hearth.engine.verify.Finding;
import org.hearth.engine.verify.Finding.Kind;
import org.hearth.engine.verify.VerificationReport;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rooms that went through joins, partitions, conflicts and hostile events verify as sound, and
/// what state resolution did is explained.
class FederatedVerificationTest {
  @TempDir Path directory;
  private final TestNetwork network = new TestNetwork();
  private TestServer a;
  private TestServer b;
  private UserId alice;
  private UserId bob;

  @BeforeEach
  void start() {
    a = new TestServer("a.example", directory, network);
    b = new TestServer("b.example", directory, network);
    alice = a.user("alice");
    bob = b.user("bob");
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  private static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<T>) outcome).value();
  }

  private static ObjectNode content(String key, String value) {
    return Json.object().put(key, value);
  }

  private RoomId createRoom(RoomVersion version) {
    var create =
        version.rules().redactsInContent() ? Json.object() : content("creator", alice.value());
    create.put("room_version", version.id());
    var levels = Json.object().put("state_default", 0);
    if (!version.rules().creatorsHaveInfinitePower())
      levels.putObject("users").put(alice.value(), 100);
    return done(
        a.engine()
            .appends()
            .create(
                version,
                List.of(
                    Draft.state(alice, "m.room.create", "", create),
                    Draft.state(
                        alice, "m.room.member", alice.value(), content("membership", "join")),
                    Draft.state(alice, "m.room.power_levels", "", levels),
                    Draft.state(alice, "m.room.join_rules", "", content("join_rule", "public"))),
                _ -> List.of()));
  }

  private void joinBob(RoomId room) {
    done(
        b.engine()
            .remoteMemberships()
            .join(List.of(a.name), room, bob, content("membership", "join")));
    network.deliver();
  }

  private EventId append(TestServer server, RoomId room, Draft draft) {
    return done(server.engine().appends().append(room, List.of(draft), List.of())).getFirst();
  }

  private EventId send(TestServer server, RoomId room, UserId sender, String body) {
    return append(
        server, room, Draft.message(sender, "m.room.message", content("body", body), null));
  }

  private void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static boolean knows(TestServer server, RoomId room, EventId id) {
    return server.engine().rooms().event(room, id).filter(e -> e.position() > 0).isPresent();
  }

  private static Set<EventId> heads(TestServer server, RoomId room) {
    return Set.copyOf(server.engine().rooms().view(room).orElseThrow().heads());
  }

  private static VerificationReport verify(TestServer server, RoomId room) {
    var verification = server.inspection().verify(room).orElseThrow();
    while (verification.step()) assertThat(verification.total()).isPositive();
    return verification.report();
  }

  private Explanation explain(TestServer server, RoomId room, StateKey key) {
    return server.inspection().explain(room, key, java.util.Optional.empty()).orElseThrow();
  }

  private void healed(RoomId room, EventId lastA, EventId lastB) {
    network.cut(false);
    network.forget();
    network.push(a, b.name, List.of(lastA));
    network.push(b, a.name, List.of(lastB));
    eventually(() -> knows(b, room, lastA) && knows(a, room, lastB));
    eventually(() -> heads(a, room).equals(heads(b, room)));
  }

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2", "V6", "V11", "V12"})
  void aRoomAfterAPartitionIsSoundAndItsConflictIsExplained(RoomVersion version) {
    var room = createRoom(version);
    joinBob(room);
    network.cut(true);
    EventId nameA = null;
    EventId nameB = null;
    for (int i = 0; i < 3; i++) {
      nameA = append(a, room, Draft.state(alice, "m.room.name", "", content("name", "a" + i)));
      nameB = append(b, room, Draft.state(bob, "m.room.name", "", content("name", "b" + i)));
      append(b, room, Draft.state(bob, "m.room.topic", "", content("topic", "b" + i)));
    }
    healed(room, send(a, room, alice, "last of a"), send(b, room, bob, "last of b"));
    var merged = send(a, room, alice, "together");
    network.deliver();
    eventually(() -> knows(b, room, merged));

    for (var server : List.of(a, b)) {
      var report = verify(server, room);
      assertThat(report.findings()).extracting(Finding::kind).isSubsetOf(Kind.GAP);
      assertThat(report.sound()).isTrue();
      assertThat(report.resolutions()).isPositive();
      assertThat(report.unchecked()).isEmpty();

      var name = new StateKey("m.room.name", "");
      var explanation = explain(server, room, name);
      var winner = server.engine().rooms().view(room).orElseThrow().state(name).eventId().value();
      assertThat(explanation.winner()).isEqualTo(winner);
      assertThat(explanation.origin()).contains("The event itself set the entry", winner);
      assertThat(explanation.merges()).hasSize(1);
      var merge = explanation.merges().getFirst();
      assertThat(merge.at()).isEqualTo(merged.value());
      assertThat(merge.candidates())
          .extracting(Explanation.Candidate::event)
          .containsExactlyInAnyOrder(nameA.value(), nameB.value());
      assertThat(merge.winner()).isEqualTo(winner);
      assertThat(merge.offers()).extracting(Explanation.Offer::event).contains(winner);
      assertThat(merge.because())
          .contains(version == RoomVersion.V1 ? "version 1" : "mainline order");
    }
  }

  /// The classic: a ban on one side, the banned user's words and deeds on the other.
  @ParameterizedTest
  @EnumSource(names = {"V2", "V11", "V12"})
  void whatABannedUserDidMeanwhileIsExplainedByTheRuleThatRefusedIt(RoomVersion version) {
    var room = createRoom(version);
    joinBob(room);
    network.cut(true);
    var ban =
        append(
            a,
            room,
            Draft.state(alice, "m.room.member", bob.value(), content("membership", "ban")));
    var topic = append(b, room, Draft.state(bob, "m.room.topic", "", content("topic", "mine")));
    var lastA = send(a, room, alice, "he is gone");
    var lastB = send(b, room, bob, "am I?");
    network.cut(false);
    network.forget();
    // A banned server is told of its ban, and may ask for nothing any more.
    network.push(a, b.name, List.of(ban, lastA));
    network.push(b, a.name, List.of(topic, lastB));
    eventually(() -> knows(b, room, lastA) && a.engine().rooms().event(room, lastB).isPresent());

    assertThat(verify(a, room).sound()).isTrue();
    assertThat(verify(a, room).events()).containsEntry("soft_failed", 2L);
    var report = verify(b, room);
    assertThat(report.findings()).filteredOn(one -> one.kind().isDifference()).isEmpty();
    var explanation = explain(b, room, new StateKey("m.room.topic", ""));
    assertThat(explanation.winner()).isEmpty();
    assertThat(explanation.merges()).isNotEmpty();
    var offers = explanation.merges().stream().flatMap(merge -> merge.offers().stream()).toList();
    assertThat(offers)
        .anySatisfy(
            offer -> {
              assertThat(offer.event()).isEqualTo(topic.value());
              assertThat(offer.allowed()).isFalse();
              assertThat(offer.verdict()).contains("SENDER_IS_JOINED", "rule");
            });
  }

  @Test
  void aJoinedAndBackfilledRoomIsSoundAndItsGapsAreListed() {
    var room = createRoom(RoomVersion.V12);
    for (int i = 0; i < 30; i++) send(a, room, alice, "early " + i);
    joinBob(room);
    var joined = verify(b, room);
    assertThat(joined.sound()).as("%s", joined.findings()).isTrue();
    assertThat(joined.findings()).extracting(Finding::kind).containsOnly(Kind.GAP);
    done(
        b.engine()
            .timeline()
            .messages(room, bob, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true));
    var filled = verify(b, room);
    assertThat(filled.findings()).isEmpty();
    assertThat(filled.events().get("accepted")).isGreaterThanOrEqualTo(35);
  }

  @Test
  void aSenderWhoSaysTwoThingsAtOnePlaceIsNamed() throws Exception {
    var room = createRoom(RoomVersion.V11);
    joinBob(room);
    var head = heads(b, room).iterator().next();
    var state = b.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow();
    var auth =
        List.of(
            state.get(StateKey.CREATE).orElseThrow(),
            state.get(StateKey.POWER_LEVELS).orElseThrow(),
            state.get(StateKey.member(bob)).orElseThrow());
    for (var words : List.of("yes", "no")) {
      var event =
          new EventBuilder(RoomVersion.V11.rules(), "m.room.message", bob, new SecureRandom())
              .roomId(room)
              .content(content("body", words))
              .prevEvents(List.of(head))
              .authEvents(auth)
              .depth(50)
              .originServerTs(1)
              .build(b.name, b.key);
      a.engine().inbound().receive(b.name, "t" + words, List.of(event.json()));
      eventually(() -> knows(a, room, event.eventId()));
    }
    var report = verify(a, room);
    assertThat(report.sound()).isTrue();
    assertThat(report.findings()).extracting(Finding::kind).containsExactly(Kind.EQUIVOCATION);
  }

  @Test
  void signaturesWhoseKeyNobodyHasAreCountedAndNotTakenForWrong() {
    var room = createRoom(RoomVersion.V12);
    joinBob(room);
    var verification = a.inspection((_, _, _, _) -> java.util.Optional.empty()).verify(room);
    while (verification.orElseThrow().step()) {}
    var report = verification.orElseThrow().report();
    assertThat(report.sound()).isTrue();
    assertThat(report.unchecked()).containsOnlyKeys("a.example", "b.example");
    assertThat(report.findings()).extracting(Finding::kind).containsOnly(Kind.SIGNATURE_UNCHECKED);
  }

  @Test
  void aServerThatLeftAndCameBackIsSound() {
    var room = createRoom(RoomVersion.V12);
    joinBob(room);
    append(b, room, Draft.state(bob, "m.room.member", bob.value(), content("membership", "leave")));
    network.deliver();
    eventually(() -> a.engine().rooms().view(room).orElseThrow().membership(bob).equals("leave"));
    for (int i = 0; i < 3; i++) send(a, room, alice, "while he was away " + i);
    joinBob(room);
    var said = send(b, room, bob, "back");
    network.deliver();
    eventually(() -> knows(a, room, said));
    for (var server : List.of(a, b)) {
      var report = verify(server, room);
      assertThat(report.findings()).filteredOn(one -> one.kind().isDifference()).isEmpty();
    }
    assertThat(b.engine().rooms().event(room, said).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.ACCEPTED);
  }

  /// A purged room can be entered again through the servers that are still in it.
  @Test
  void aPurgedRoomIsJoinedAgainOverFederation() throws Exception {
    var room = createRoom(RoomVersion.V12);
    joinBob(room);
    for (int i = 0; i < 20; i++) send(i % 2 == 0 ? a : b, room, i % 2 == 0 ? alice : bob, "m" + i);
    network.deliver();
    var purges = b.purges();
    var begun = done(purges.room(room, Purge.Kind.ROOM));
    while (purges.purge(begun.id()).orElseThrow().status() != Purge.Status.REMOVING) {
      purges.step();
      network.deliver();
    }
    eventually(() -> a.engine().rooms().view(room).orElseThrow().membership(bob).equals("leave"));
    assertThat(b.engine().rooms().view(room)).isEmpty();
    assertThat(
            b.engine()
                .remoteMemberships()
                .join(List.of(a.name), room, bob, content("membership", "join")))
        .as("while its rows go")
        .isInstanceOf(Outcome.Refused.class);
    while (purges.step()) assertThat(purges.purge(begun.id())).isPresent();
    assertThat(purges.purge(begun.id()).orElseThrow().status()).isEqualTo(Purge.Status.COMPLETE);

    joinBob(room);
    var said = send(b, room, bob, "here again");
    network.deliver();
    eventually(() -> knows(a, room, said));
    assertThat(b.engine().userRooms().joined(bob)).containsExactly(room);
    for (var server : List.of(a, b))
      assertThat(verify(server, room).findings())
          .filteredOn(one -> one.kind().isDifference())
          .isEmpty();
  }

  /// What was purged does not come back by itself, and what is new goes on.
  @Test
  void purgedHistoryOfASharedRoomStaysAwayAndTheRoomGoesOn() throws Exception {
    var room = createRoom(RoomVersion.V11);
    joinBob(room);
    for (int i = 0; i < 30; i++) send(i % 2 == 0 ? a : b, room, i % 2 == 0 ? alice : bob, "m" + i);
    network.deliver();
    var cut = send(a, room, alice, "from here on");
    network.deliver();
    eventually(() -> knows(b, room, cut));
    var purges = b.purges();
    var begun = done(purges.historyBefore(room, cut, false));
    while (purges.step()) assertThat(purges.purge(begun.id())).isPresent();
    assertThat(purges.purge(begun.id()).orElseThrow().status()).isEqualTo(Purge.Status.COMPLETE);
    var page =
        done(
            b.engine()
                .timeline()
                .messages(room, bob, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true));
    // Bob's own words stay; Alice's are gone, and nobody is asked for them.
    assertThat(page.events())
        .filteredOn(one -> one.event().type().equals("m.room.message"))
        .filteredOn(one -> !one.event().eventId().equals(cut))
        .allSatisfy(one -> assertThat(one.event().sender()).isEqualTo(bob))
        .hasSize(15);
    var more = append(a, room, Draft.state(alice, "m.room.name", "", content("name", "new")));
    network.deliver();
    eventually(() -> knows(b, room, more));
    var answer = send(b, room, bob, "I see");
    network.deliver();
    eventually(() -> knows(a, room, answer));
    var report = verify(b, room);
    assertThat(report.findings()).filteredOn(one -> one.kind().isDifference()).isEmpty();
    assertThat(report.findings()).extracting(Finding::kind).contains(Kind.PURGED_HISTORY);
    assertThat(b.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow().all())
        .isEqualTo(a.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow().all());
  }

  /// "If any event in `auth_events` has a `room_id` which does not match that of the event being
  /// authorised, reject": so its auth events are not missing.
  @Test
  void anEventThatIsAuthorisedByAnotherRoomIsSoundlyRejected() throws Exception {
    var room = createRoom(RoomVersion.V11);
    var other = createRoom(RoomVersion.V11);
    joinBob(room);
    joinBob(other);
    var state = b.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow();
    var foreign = b.engine().rooms().stateAt(other, Long.MAX_VALUE).orElseThrow();
    var event =
        new EventBuilder(RoomVersion.V11.rules(), "m.room.message", bob, new SecureRandom())
            .roomId(room)
            .content(content("body", "let me in"))
            .prevEvents(List.copyOf(heads(b, room)))
            .authEvents(
                List.of(
                    state.get(StateKey.CREATE).orElseThrow(),
                    foreign.get(StateKey.POWER_LEVELS).orElseThrow(),
                    state.get(StateKey.member(bob)).orElseThrow()))
            .depth(50)
            .originServerTs(1)
            .build(b.name, b.key);
    a.engine().inbound().receive(b.name, "t", List.of(event.json()));
    eventually(() -> a.engine().rooms().event(room, event.eventId()).isPresent());
    var report = verify(a, room);
    assertThat(report.findings()).isEmpty();
    assertThat(report.events()).containsEntry("rejected", 1L);
  }
}
