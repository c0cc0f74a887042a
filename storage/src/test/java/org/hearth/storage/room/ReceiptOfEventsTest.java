package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;

/// [Checks performed on receipt of a
/// PDU](https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu),
/// sentence by sentence. Bob's server makes what no honest server would.
class ReceiptOfEventsTest extends TwoServers {
  private static final RoomVersion VERSION = RoomVersion.V11;
  private static final SecureRandom RANDOM = new SecureRandom();

  private RoomId shared() {
    var room = createRoom(VERSION, "public");
    joinBob(room);
    return room;
  }

  private EventBuilder event(RoomId room, String type, ObjectNode content) {
    var state = state(a, room);
    var auth = new ArrayList<EventId>();
    for (var key : List.of(StateKey.CREATE, StateKey.POWER_LEVELS, StateKey.member(bob)))
      auth.add(Objects.requireNonNull(state.get(key)));
    return new EventBuilder(VERSION.rules(), type, bob, RANDOM)
        .roomId(room)
        .content(content)
        .prevEvents(view(a, room).heads())
        .authEvents(auth)
        .depth(50)
        .originServerTs(System.currentTimeMillis());
  }

  private Event signed(EventBuilder builder) {
    return signed(builder, b.key);
  }

  private Event signed(EventBuilder builder, SigningKey key) {
    try {
      return builder.build(b.name, key);
    } catch (MalformedEvent e) {
      throw new AssertionError(e);
    }
  }

  /// What the transaction answers.
  private Map<EventId, String> push(ObjectNode... pdus) {
    var list = List.of(pdus);
    return a.engine().inbound().receive(b.name, "t" + RANDOM.nextLong(), list);
  }

  private void arrive(RoomId room, Event... events) {
    for (var event : events) {
      assertThat(push(event.json())).containsEntry(event.eventId(), "");
      eventually(() -> a.engine().rooms().event(room, event.eventId()).isPresent());
      eventually(() -> a.staged(room).isEmpty());
    }
  }

  private Standing standing(RoomId room, Event event) {
    return a.engine().rooms().event(room, event.eventId()).orElseThrow().standing();
  }

  private List<EventId> shown(RoomId room) {
    var slice = a.engine().timeline().since(room, alice, 0, Long.MAX_VALUE, 100, _ -> true);
    var page =
        done(
            a.engine()
                .timeline()
                .messages(room, alice, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true));
    var inPages = ids(page.events());
    assertThat(inPages).containsAll(ids(slice.events()));
    return inPages;
  }

  private static List<EventId> ids(List<StoredEvent> events) {
    return events.stream().map(event -> event.event().eventId()).toList();
  }

  private static ObjectNode body(String text) {
    return content("body", text).put("msgtype", "m.text");
  }

  /// "1. Is a valid event, otherwise it is dropped."
  @Test
  void whatIsNoEventIsDropped() {
    var room = shared();
    var event = signed(event(room, "m.room.message", body("no")));
    var broken = event.json().deepCopy().put("depth", "deep");
    push(broken);
    var large = event.json().deepCopy().put("type", "t".repeat(300));
    push(large);
    var last = signed(event(room, "m.room.message", body("yes")));
    arrive(room, last);
    assertThat(shown(room)).contains(last.eventId()).doesNotContain(event.eventId());
    assertThat(a.engine().rooms().event(room, event.eventId())).isEmpty();
  }

  /// "2. Passes signature checks, otherwise it is dropped."
  @Test
  void whatIsSignedByAnotherKeyOrNotAtAllIsDropped() {
    var room = shared();
    var forged =
        signed(
            event(room, "m.room.message", body("no")),
            SigningKey.generate(b.key.id(), new SecureRandom()));
    assertThat(push(forged.json()).get(forged.eventId())).contains("signature");
    var good = signed(event(room, "m.room.message", body("unsigned")));
    var unsigned = good.json().deepCopy();
    unsigned.putObject("signatures");
    assertThat(push(unsigned).get(good.eventId())).contains("signature");
    assertThat(a.staged(room)).isEmpty();
    assertThat(a.engine().rooms().event(room, forged.eventId())).isEmpty();
  }

  /// Signatures are not part of an event's ID: whoever is in the room can send somebody's event
  /// with one that cannot be checked, before the event comes itself.
  @Test
  void aCopyThatCannotBeJudgedDoesNotKeepTheEventOut() {
    var room = shared();
    var event = signed(event(room, "m.room.message", body("mine")));
    var copy = event.json().deepCopy();
    copy.putObject("signatures").putObject(b.name.value()).put("ed25519:unheard", "A".repeat(86));
    assertThat(push(copy)).containsEntry(event.eventId(), "");
    assertThat(a.staged(room)).hasSize(1);
    arrive(room, event);
    assertThat(standing(room, event)).isEqualTo(Standing.ACCEPTED);
  }

  /// Anybody may send a transaction, also with events of many servers none of which answers. Each
  /// would cost this server its patience.
  @Test
  void whoIsNotInTheRoomMakesThisServerAskForFewKeys() {
    var room = shared();
    var pdus = new ArrayList<ObjectNode>();
    for (int i = 0; i < 20; i++)
      pdus.add(signed(event(room, "m.room.message", body("spam" + i))).json());
    network.keysAway(true);
    long before = network.keysAsked();
    var answer = a.engine().inbound().receive(new ServerName("c.example"), "t", pdus);
    assertThat(answer.values()).hasSize(20).allMatch(error -> error.contains("key"));
    assertThat(network.keysAsked() - before).isLessThanOrEqualTo(3);
  }

  /// "3. Passes hash checks, otherwise it is redacted before being processed further."
  @Test
  void whoseContentWasChangedIsRedactedAndGoesOn() {
    var room = shared();
    var event = signed(event(room, "m.room.message", body("what Bob wrote")));
    var changed = event.json().deepCopy();
    changed.set("content", body("what somebody made of it"));
    assertThat(push(changed)).containsEntry(event.eventId(), "");
    eventually(() -> a.engine().rooms().event(room, event.eventId()).isPresent());
    assertThat(standing(room, event)).isEqualTo(Standing.ACCEPTED);
    assertThat(a.engine().rooms().event(room, event.eventId()).orElseThrow().event().content())
        .isEmpty();
  }

  /// "4. Passes authorisation rules based on the event's auth events, otherwise it is rejected."
  /// "If an event is rejected it should neither be relayed to clients nor be included as a prev
  /// event in any new events generated by the server." "If an event in an incoming transaction is
  /// rejected, this should not cause the transaction request to be responded to with an error
  /// response."
  @Test
  void whatItsOwnAuthEventsDoNotAllowIsRejected() {
    var room = shared();
    var heads = view(a, room).heads();
    var create = Objects.requireNonNull(state(a, room).get(StateKey.CREATE));
    var event =
        signed(event(room, "m.room.message", body("no member")).authEvents(List.of(create)));
    arrive(room, event);
    assertThat(standing(room, event)).isEqualTo(Standing.REJECTED);
    assertThat(shown(room)).doesNotContain(event.eventId());
    assertThat(view(a, room).heads()).isEqualTo(heads);
  }

  /// "5. Passes authorisation rules based on the state before the event, otherwise it is rejected."
  /// "The state used in the checks should be calculated as normal, except not updating with the
  /// rejected event where it is a state event."
  @Test
  void whatTheStateBeforeItDoesNotAllowIsRejected() {
    var room = shared();
    var ban =
        append(
            a,
            room,
            Draft.state(alice, "m.room.member", bob.value(), content("membership", "ban")));
    network.forget();
    var before = state(a, room);
    // The auth events are those of the time when Bob was in the room.
    var join = view(a, room).heads();
    assertThat(join).containsExactly(ban);
    var auth = new ArrayList<EventId>();
    auth.add(Objects.requireNonNull(before.get(StateKey.CREATE)));
    auth.add(Objects.requireNonNull(before.get(StateKey.POWER_LEVELS)));
    auth.add(Objects.requireNonNull(state(b, room).get(StateKey.member(bob))));
    var topic =
        signed(event(room, "m.room.topic", content("topic", "mine")).stateKey("").authEvents(auth));
    arrive(room, topic);
    assertThat(standing(room, topic)).isEqualTo(Standing.REJECTED);
    assertThat(state(a, room)).isEqualTo(before);
    assertThat(view(a, room).heads()).containsExactly(ban);
  }

  /// "Subsequent events from other servers that reference rejected events should be allowed if they
  /// still pass the auth rules."
  @Test
  void whatStandsOnARejectedEventIsAllowedAndTakesItsPlaceAtTheHeads() {
    var room = shared();
    var create = Objects.requireNonNull(state(a, room).get(StateKey.CREATE));
    var rejected =
        signed(event(room, "m.room.message", body("no member")).authEvents(List.of(create)));
    arrive(room, rejected);
    var next =
        signed(
            event(room, "m.room.message", body("fine"))
                .prevEvents(List.of(rejected.eventId()))
                .depth(51));
    arrive(room, next);
    assertThat(standing(room, rejected)).isEqualTo(Standing.REJECTED);
    assertThat(standing(room, next)).isEqualTo(Standing.ACCEPTED);
    // What lies before the rejected event is behind the new one as well: no head is left over.
    assertThat(view(a, room).heads()).containsExactly(next.eventId());
    assertThat(shown(room)).contains(next.eventId()).doesNotContain(rejected.eventId());
  }

  /// An event whose auth events were rejected is rejected itself.
  @Test
  void whatARejectedEventAuthorisesIsRejected() {
    var room = shared();
    var create = Objects.requireNonNull(state(a, room).get(StateKey.CREATE));
    var levels =
        signed(
            event(room, "m.room.power_levels", Json.object().put("state_default", 100))
                .stateKey("")
                .authEvents(List.of(create)));
    arrive(room, levels);
    assertThat(standing(room, levels)).isEqualTo(Standing.REJECTED);
    var member = Objects.requireNonNull(state(a, room).get(StateKey.member(bob)));
    var message =
        signed(
            event(room, "m.room.message", body("no"))
                .authEvents(List.of(create, levels.eventId(), member)));
    arrive(room, message);
    assertThat(standing(room, message)).isEqualTo(Standing.REJECTED);
  }

  /// "When an event is \"soft failed\" it should not be relayed to the client nor be referenced by
  /// new events created by the homeserver". "Soft failed events participate in state resolution as
  /// normal if further events are received which reference it." "A soft failed event should be
  /// returned in response to federation requests where appropriate (e.g. in `/event/<event_id>`)."
  @Test
  void whatTheCurrentStateDoesNotAllowIsKeptButNotShown() {
    var room = shared();
    var carol = b.user("carol");
    append(
        b, room, Draft.state(carol, "m.room.member", carol.value(), content("membership", "join")));
    network.deliver();
    eventually(() -> view(a, room).membership(carol).equals("join"));
    var old = view(a, room).heads();
    var kick =
        append(
            a,
            room,
            Draft.state(alice, "m.room.member", bob.value(), content("membership", "leave")));
    network.forget();
    var auth = new ArrayList<EventId>();
    for (var key : List.of(StateKey.CREATE, StateKey.POWER_LEVELS))
      auth.add(Objects.requireNonNull(state(a, room).get(key)));
    auth.add(Objects.requireNonNull(state(b, room).get(StateKey.member(bob))));
    var late = signed(event(room, "m.room.message", body("late")).prevEvents(old).authEvents(auth));
    arrive(room, late);
    assertThat(standing(room, late)).isEqualTo(Standing.SOFT_FAILED);
    assertThat(shown(room)).doesNotContain(late.eventId());
    assertThat(view(a, room).heads()).containsExactly(kick);
    var mine = send(a, room, alice, "mine");
    assertThat(a.engine().rooms().event(room, mine).orElseThrow().event().prevEvents())
        .containsExactly(kick);
    assertThat(a.engine().inbound().event(b.name, late.eventId())).isPresent();
    // Somebody who had not heard of the kick goes on from it: that is normal, and no head is left.
    auth.removeLast();
    auth.add(Objects.requireNonNull(state(a, room).get(StateKey.member(carol))));
    var joint =
        signedBy(
            new EventBuilder(VERSION.rules(), "m.room.message", carol, RANDOM)
                .roomId(room)
                .content(body("carol"))
                .prevEvents(List.of(late.eventId(), mine))
                .authEvents(auth)
                .depth(60)
                .originServerTs(1));
    arrive(room, joint);
    assertThat(standing(room, joint)).isEqualTo(Standing.ACCEPTED);
    assertThat(view(a, room).heads()).containsExactly(joint.eventId());
    assertThat(view(a, room).membership(bob)).isEqualTo("leave");
  }

  private Event signedBy(EventBuilder builder) {
    return signed(builder);
  }

  /// Each of them with a state of its own.
  @Test
  void noneOfVeryManyBranchesIsLost() {
    var room = shared();
    var base = view(a, room).heads();
    var auth = new ArrayList<EventId>();
    for (var key :
        List.of(
            StateKey.CREATE,
            StateKey.POWER_LEVELS,
            StateKey.member(bob),
            new StateKey("m.room.join_rules", "")))
      auth.add(Objects.requireNonNull(state(a, room).get(key)));
    var forks = new ArrayList<Event>();
    for (int i = 0; i < 70; i++)
      forks.add(
          signed(
              event(
                      room,
                      "m.room.member",
                      content("membership", "join").put("displayname", "bob " + i))
                  .stateKey(bob.value())
                  .prevEvents(base)
                  .authEvents(auth)));
    push(forks.stream().map(Event::json).toArray(ObjectNode[]::new));
    eventually(() -> a.staged(room).isEmpty());
    assertThat(forks).allMatch(fork -> knows(a, room, fork.eventId()));
  }

  /// Forward extremities stay few, and what ties them together is nobody's business.
  @Test
  void manyHeadsAreTiedTogether() {
    var room = shared();
    var base = view(a, room).heads();
    var forks = new ArrayList<EventId>();
    for (int i = 0; i < 25; i++) {
      var fork = signed(event(room, "m.room.message", body("fork " + i)).prevEvents(base));
      forks.add(fork.eventId());
      assertThat(push(fork.json())).containsEntry(fork.eventId(), "");
    }
    eventually(() -> forks.stream().allMatch(id -> knows(a, room, id)));
    eventually(() -> view(a, room).heads().size() <= 10);
    assertThat(shown(room)).containsAll(forks);
    var types =
        done(
                a.engine()
                    .timeline()
                    .messages(
                        room, alice, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true))
            .events()
            .stream()
            .map(event -> event.event().type())
            .toList();
    assertThat(types).doesNotContain("org.matrix.dummy_event");
    var mine = send(a, room, alice, "after all");
    assertThat(view(a, room).heads()).containsExactly(mine);
    // The other server gets along with it.
    network.forget();
    network.push(a, b.name, List.of(mine));
    eventually(() -> knows(b, room, mine));
  }

  /// "they should not be sent to clients until both the redaction event and the event the redaction
  /// affects have been received, and can be validated."
  @Test
  void aRedactionIsHeldUntilItsTargetIsThere() {
    var room = shared();
    var base = view(a, room).heads();
    var target = signed(event(room, "m.room.message", body("secret")).prevEvents(base));
    var redaction = signed(redaction(room, target.eventId()).prevEvents(base));
    arrive(room, redaction);
    assertThat(standing(room, redaction)).isEqualTo(Standing.ACCEPTED);
    assertThat(shown(room)).doesNotContain(redaction.eventId());
    arrive(room, target);
    assertThat(shown(room)).contains(redaction.eventId(), target.eventId());
    var stored = a.engine().rooms().event(room, target.eventId()).orElseThrow();
    assertThat(stored.event().content()).isEmpty();
    assertThat(Objects.requireNonNull(stored.redactedBecause()).eventId())
        .isEqualTo(redaction.eventId());
  }

  /// "the server applies the redaction if one of the following conditions is met: ... the redact
  /// level ... the domain". "Otherwise, the server simply waits for a valid partner event to
  /// arrive".
  @Test
  void aRedactionWithoutThePowerForItIsNeitherAppliedNorShown() {
    var room = shared();
    var mine = send(a, room, alice, "mine");
    var redaction = signed(redaction(room, mine));
    arrive(room, redaction);
    assertThat(standing(room, redaction)).isEqualTo(Standing.ACCEPTED);
    assertThat(shown(room)).contains(mine).doesNotContain(redaction.eventId());
    assertThat(a.engine().rooms().event(room, mine).orElseThrow().event().content()).isNotEmpty();
  }

  private EventBuilder redaction(RoomId room, EventId target) {
    return event(room, "m.room.redaction", Json.object()).redacts(target);
  }
}
