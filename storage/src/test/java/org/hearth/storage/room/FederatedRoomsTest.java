package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.e2ee.Meetings;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two servers that share rooms.
class FederatedRoomsTest extends TwoServers {
  @ParameterizedTest
  @EnumSource
  void aRemoteUserJoinsAndMessagesGoBothWaysInOrder(RoomVersion version) {
    var room = createRoom(version, "public");
    joinBob(room);
    assertThat(view(a, room).membership(bob)).isEqualTo("join");
    assertThat(view(b, room).joinedServers()).containsExactlyInAnyOrder(a.name, b.name);
    assertThat(state(b, room)).isEqualTo(state(a, room));
    assertThat(b.engine().userRooms().joined(bob)).containsExactly(room);
    var sent = new ArrayList<EventId>();
    for (int i = 0; i < 5; i++) {
      var fromA = send(a, room, alice, "a" + i);
      network.deliver();
      eventually(() -> knows(b, room, fromA));
      var fromB = send(b, room, bob, "b" + i);
      network.deliver();
      eventually(() -> knows(a, room, fromB));
      sent.addAll(List.of(fromA, fromB));
    }
    for (var server : List.of(a, b)) {
      var slice =
          server
              .engine()
              .timeline()
              .since(room, server == a ? alice : bob, 0, Long.MAX_VALUE, 10, _ -> true);
      assertThat(slice.events()).extracting(e -> e.event().eventId()).isEqualTo(sent);
    }
  }

  /// "when that user joins a room which contains servers which are not already receiving updates
  /// for that user's device list"
  @Test
  void usersAndServersMeetOnceHoweverManyRoomsTheyShare() {
    var first = createRoom(RoomVersion.V12, "public");
    assertThat(a.meetings().after(0, 10).meetings()).isEmpty();
    joinBob(first);
    var seenByA = a.meetings().after(0, 10);
    assertThat(seenByA.meetings()).containsExactly(new Meetings.Meeting(alice, Set.of(b.name)));
    var seenByB = b.meetings().after(0, 10);
    assertThat(seenByB.meetings()).containsExactly(new Meetings.Meeting(bob, Set.of(a.name)));

    // The same two once more, a new name, and then somebody new.
    joinBob(createRoom(RoomVersion.V12, "public"));
    var second = b.meetings().after(seenByB.upTo(), 10);
    assertThat(second.meetings()).isEmpty();
    var named = content("membership", "join").put("displayname", "Bob");
    append(b, first, Draft.state(bob, "m.room.member", bob.value(), named));
    assertThat(a.meetings().after(seenByA.upTo(), 10).meetings()).isEmpty();
    var again = b.meetings().after(second.upTo(), 10);
    assertThat(again.meetings()).isEmpty();
    var carol = b.user("carol");
    append(
        b,
        first,
        Draft.state(carol, "m.room.member", carol.value(), content("membership", "join")));
    var last = b.meetings().after(again.upTo(), 10);
    assertThat(last.meetings()).containsExactly(new Meetings.Meeting(carol, Set.of(a.name)));
    assertThat(b.meetings().after(last.upTo(), 10).upTo()).isEqualTo(last.upTo());

    // In pages of one: nothing is left out.
    var users = new TreeSet<UserId>();
    var page = b.meetings().after(0, 1);
    for (long at = 0; page.upTo() > at; page = b.meetings().after(at, 1)) {
      at = page.upTo();
      page.meetings().forEach(meeting -> users.add(meeting.user()));
    }
    assertThat(users).containsExactly(bob, carol);
  }

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2", "V6", "V11", "V12"})
  void bothSidesOfAPartitionAgreeOnceItIsHealed(RoomVersion version) {
    var room = createRoom(version, "public");
    joinBob(room);
    network.cut(true);
    for (int i = 0; i < 3; i++) {
      append(a, room, Draft.state(alice, "m.room.name", "", content("name", "from a" + i)));
      append(b, room, Draft.state(bob, "m.room.name", "", content("name", "from b" + i)));
      append(b, room, Draft.state(bob, "m.room.topic", "", content("topic", "from b" + i)));
      send(a, room, alice, "a" + i);
    }
    var lastA = send(a, room, alice, "last of a");
    var lastB = send(b, room, bob, "last of b");
    network.cut(false);
    // What was sent meanwhile is lost: the others have to ask for it.
    network.forget();
    network.push(a, b.name, List.of(lastA));
    network.push(b, a.name, List.of(lastB));
    eventually(() -> knows(b, room, lastA) && knows(a, room, lastB));
    assertThat(a.engine().rooms().event(room, lastB).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.ACCEPTED);
    assertThat(b.engine().rooms().event(room, lastA).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.ACCEPTED);
    eventually(() -> Set.copyOf(view(a, room).heads()).equals(Set.copyOf(view(b, room).heads())));
    assertThat(state(a, room)).isEqualTo(state(b, room));
    var heads = view(b, room).heads();
    assertThat(heads).hasSizeGreaterThan(1);
    b.restart();
    assertThat(view(b, room).heads()).containsExactlyInAnyOrderElementsOf(heads);
    var merged = send(a, room, alice, "together");
    network.deliver();
    eventually(() -> knows(b, room, merged));
    eventually(() -> view(b, room).heads().equals(List.of(merged)));
    assertThat(state(a, room)).isEqualTo(state(b, room));
    b.restart();
    assertThat(state(b, room)).isEqualTo(state(a, room));
  }

  /// "The resident server ... signs": only if the user meets a condition, whatever was asked
  /// before.
  @Test
  void nobodyVouchesForAJoinToARestrictedRoomWhoseConditionsAreNotMet() throws Exception {
    var club = createRoom(RoomVersion.V11, "public");
    var room = createRoom(RoomVersion.V11, "public");
    var restricted = content("join_rule", "restricted");
    restricted
        .putArray("allow")
        .addObject()
        .put("type", "m.room_membership")
        .put("room_id", club.value());
    var rules = append(a, room, Draft.state(alice, "m.room.join_rules", "", restricted));
    var before = state(a, room);
    var join =
        new EventBuilder(RoomVersion.V11.rules(), "m.room.member", bob, new SecureRandom())
            .roomId(room)
            .stateKey(bob.value())
            .content(
                content("membership", "join")
                    .put("join_authorised_via_users_server", alice.value()))
            .prevEvents(List.of(rules))
            .authEvents(
                List.of(
                    Objects.requireNonNull(before.get(StateKey.CREATE)),
                    Objects.requireNonNull(before.get(StateKey.POWER_LEVELS)),
                    Objects.requireNonNull(before.get(StateKey.member(alice))),
                    rules))
            .depth(10)
            .originServerTs(1)
            .build(b.name, b.key);
    var answer = network.from(b).sendJoin(a.name, room, join.eventId(), join.json());
    assertThat(answer).isInstanceOf(Outcome.Refused.class);
    assertThat(view(a, room).membership(bob)).isNotEqualTo("join");
    // In the club he may, by the same event.
    done(
        b.engine()
            .remoteMemberships()
            .join(List.of(a.name), club, bob, content("membership", "join")));
    done(network.from(b).sendJoin(a.name, room, join.eventId(), join.json()));
    assertThat(view(a, room).membership(bob)).isEqualTo("join");
  }

  /// "If any event in `auth_events` has a `room_id` which does not match that of the event being
  /// authorised, reject": it is kept, has no effect, and what follows it is not held up.
  @Test
  void anAuthEventOfAnotherRoomIsARejection() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    var other = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    joinBob(other);
    var here = b.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow();
    var there = b.engine().rooms().stateAt(other, Long.MAX_VALUE).orElseThrow();
    var name = new StateKey("m.room.name", "");
    var forged =
        bobs(room)
            .stateKey("")
            .content(content("name", "forged"))
            .authEvents(
                List.of(
                    here.get(StateKey.CREATE).orElseThrow(),
                    there.get(StateKey.POWER_LEVELS).orElseThrow(),
                    here.get(StateKey.member(bob)).orElseThrow()))
            .prevEvents(view(b, room).heads())
            .build(b.name, b.key);
    var after =
        bobs(room)
            .stateKey("")
            .content(content("name", "good"))
            .authEvents(
                List.of(
                    here.get(StateKey.CREATE).orElseThrow(),
                    here.get(StateKey.POWER_LEVELS).orElseThrow(),
                    here.get(StateKey.member(bob)).orElseThrow()))
            .prevEvents(List.of(forged.eventId()))
            .build(b.name, b.key);

    a.engine().inbound().receive(b.name, "t", List.of(forged.json(), after.json()));
    eventually(() -> knows(a, room, after.eventId()));

    assertThat(a.engine().rooms().event(room, forged.eventId()).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.REJECTED);
    eventually(() -> after.eventId().equals(state(a, room).get(name)));
  }

  private EventBuilder bobs(RoomId room) {
    return new EventBuilder(RoomVersion.V11.rules(), "m.room.name", bob, new SecureRandom())
        .roomId(room)
        .depth(20)
        .originServerTs(1_000_000);
  }

  /// "This is typically because the resident server can see that the joining user satisfies one of
  /// the conditions, though the resident server would be unable to meet the auth rules", as against
  /// "unable to validate any of the conditions".
  @Test
  void aServerThatCannotVouchSaysWhy() {
    var club = createRoom(RoomVersion.V11, "public");
    joinBob(club);

    var unknown = restricted("!nobody:knows.example");
    assertThat(refusal(unknown)).isEqualTo(ErrorCode.M_UNABLE_TO_AUTHORISE_JOIN);

    var powerless = restricted(club.value());
    var levels = Json.object().put("state_default", 0).put("invite", 50);
    levels.putObject("users").put(alice.value(), 0);
    append(a, powerless, Draft.state(alice, "m.room.power_levels", "", levels));
    assertThat(refusal(powerless)).isEqualTo(ErrorCode.M_UNABLE_TO_GRANT_JOIN);
  }

  private RoomId restricted(String condition) {
    var room = createRoom(RoomVersion.V11, "invite");
    var rule = content("join_rule", "restricted");
    rule.putArray("allow").addObject().put("type", "m.room_membership").put("room_id", condition);
    append(a, room, Draft.state(alice, "m.room.join_rules", "", rule));
    return room;
  }

  private ErrorCode refusal(RoomId room) {
    var answer = a.engine().inbound().make(b.name, "join", room, bob, List.of("11"));
    assertThat(answer).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused<?>) answer).refusal().code();
  }

  @Test
  void aLateJoinerReadsTheHistoryFromBefore() {
    var room = createRoom(RoomVersion.V12, "public");
    var early = new ArrayList<EventId>();
    for (int i = 0; i < 30; i++) early.add(send(a, room, alice, "early " + i));
    joinBob(room);
    var page =
        done(
            b.engine()
                .timeline()
                .messages(room, bob, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true));
    var ids = page.events().reversed().stream().map(e -> e.event().eventId()).toList();
    assertThat(ids).containsAll(early);
    assertThat(ids).hasSize(35);
    assertThat(page.end()).isNull();
  }

  @Test
  void anInviteIsSeenAndCanBeAcceptedOrRejected() {
    var room = createRoom(RoomVersion.V12, "invite");
    invite(room, bob);
    assertThat(b.engine().userRooms().in(bob, room).orElseThrow().membership()).isEqualTo("invite");
    assertThat(b.engine().userRooms().strippedState(bob, room))
        .extracting(event -> event.type())
        .contains("m.room.create", "m.room.join_rules", "m.room.member");
    joinBob(room);
    assertThat(view(b, room).membership(bob)).isEqualTo("join");

    var carol = b.user("carol");
    var other = createRoom(RoomVersion.V11, "invite");
    invite(other, carol);
    done(
        b.engine()
            .remoteMemberships()
            .leave(List.of(a.name), other, carol, content("membership", "leave")));
    assertThat(view(a, other).membership(carol)).isEqualTo("leave");
    assertThat(b.engine().userRooms().in(carol, other).orElseThrow().membership())
        .isEqualTo("leave");
  }

  @Test
  void aWithdrawnInviteDisappears() {
    var room = createRoom(RoomVersion.V12, "invite");
    invite(room, bob);
    append(
        a, room, Draft.state(alice, "m.room.member", bob.value(), content("membership", "leave")));
    network.deliver();
    eventually(
        () -> b.engine().userRooms().in(bob, room).orElseThrow().membership().equals("leave"));
  }

  private void invite(RoomId room, UserId user) {
    var invite =
        done(
            a.engine()
                .appends()
                .build(
                    room,
                    Draft.state(
                        alice, "m.room.member", user.value(), content("membership", "invite"))));
    var state =
        List.of(
            view(a, room).createEvent(),
            Objects.requireNonNull(view(a, room).state("m.room.join_rules")));
    done(a.engine().remoteMemberships().invite(b.name, invite, state));
    assertThat(view(a, room).membership(user)).isEqualTo("invite");
  }

  @Test
  void aBannedServersEventsStayOut() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    append(a, room, Draft.state(alice, "m.room.member", bob.value(), content("membership", "ban")));
    // The ban has not arrived when Bob goes on.
    network.forget();
    var late = send(b, room, bob, "late");
    network.deliver();
    eventually(() -> a.engine().rooms().event(room, late).isPresent());
    assertThat(a.engine().rooms().event(room, late).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.SOFT_FAILED);
    assertThat(view(a, room).heads()).doesNotContain(late);
  }

  @Test
  void aRedactionThatOvertakesItsTargetStillApplies() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    var target = send(b, room, bob, "secret");
    var redaction =
        append(
            b, room, new Draft(bob, "m.room.redaction", null, Json.object(), target, null, null));
    network.forget();
    network.push(b, a.name, List.of(redaction));
    eventually(() -> knows(a, room, redaction) && knows(a, room, target));
    assertThat(a.engine().rooms().event(room, target).orElseThrow().event().content()).isEmpty();
  }

  /// "They should not be sent to clients until both the redaction event and the event the redaction
  /// affects have been received, and can be validated": a client that saw a redaction would hide
  /// its target, whoever sent it.
  @Test
  void aRedactionThatDoesNotApplyIsNotShown() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    var message = send(a, room, alice, "stays");
    network.deliver();
    eventually(() -> knows(b, room, message));
    // Bob's own server would not send it: he has not the power.
    var forbidden = redaction(room, message);
    a.engine().inbound().receive(b.name, "t", List.of(forbidden.json()));
    eventually(() -> knows(a, room, forbidden.eventId()));

    var stored = a.engine().rooms().event(room, message).orElseThrow();
    assertThat(stored.event().content()).isEqualTo(content("body", "stays"));
    assertThat(shown(room)).contains(message).doesNotContain(forbidden.eventId());
    assertThat(a.engine().timeline().context(room, alice, forbidden.eventId(), 2, _ -> true))
        .isInstanceOf(Outcome.Refused.class);

    var allowed =
        append(
            a,
            room,
            new Draft(alice, "m.room.redaction", null, Json.object(), message, null, null));
    assertThat(shown(room)).contains(allowed);
  }

  /// "Otherwise, the server simply waits for a valid partner event to arrive where it can then
  /// re-check the above."
  @Test
  void aRedactionWaitsUnseenForItsTarget() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    var heads = view(b, room).heads();
    var target = message(room, heads).content(content("body", "secret")).build(b.name, b.key);
    var redaction = redaction(room, target.eventId());
    a.engine().inbound().receive(b.name, "t1", List.of(redaction.json()));
    eventually(() -> knows(a, room, redaction.eventId()));
    assertThat(shown(room)).doesNotContain(redaction.eventId());

    a.engine().inbound().receive(b.name, "t2", List.of(target.json()));
    eventually(() -> knows(a, room, target.eventId()));

    var stored = a.engine().rooms().event(room, target.eventId()).orElseThrow();
    assertThat(stored.event().content()).isEmpty();
    assertThat(shown(room)).contains(redaction.eventId(), target.eventId());
  }

  private List<EventId> shown(RoomId room) {
    var page =
        done(
            a.engine()
                .timeline()
                .messages(room, alice, null, null, Timeline.Direction.BACKWARDS, 50, _ -> true));
    return page.events().stream().map(event -> event.event().eventId()).toList();
  }

  private Event redaction(RoomId room, EventId target) throws Exception {
    return bobs(room, "m.room.redaction", view(b, room).heads())
        .redacts(target)
        .build(b.name, b.key);
  }

  private EventBuilder message(RoomId room, List<EventId> prev) {
    return bobs(room, "m.room.message", prev);
  }

  private EventBuilder bobs(RoomId room, String type, List<EventId> prev) {
    var state = b.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow();
    return new EventBuilder(RoomVersion.V11.rules(), type, bob, new SecureRandom())
        .roomId(room)
        .depth(20)
        .originServerTs(1_000_000)
        .prevEvents(prev)
        .authEvents(
            List.of(
                state.get(StateKey.CREATE).orElseThrow(),
                state.get(StateKey.POWER_LEVELS).orElseThrow(),
                state.get(StateKey.member(bob)).orElseThrow()));
  }

  /// What is redacted stays so, whatever becomes of the redaction: servers that hear of both in
  /// another order must not differ.
  @Test
  void aRedactionThatWasRedactedBeforeItCameStillApplies() {
    var room = createRoom(RoomVersion.V2, "public");
    joinBob(room);
    var target = send(b, room, bob, "secret");
    var redaction = append(b, room, redactionOf(target));
    var second = append(b, room, redactionOf(redaction));
    network.forget();
    network.mute(true);
    network.push(b, a.name, List.of(target));
    eventually(() -> knows(a, room, target));
    // The second one is known by the state that it is given, before what it redacts.
    network.mute(false);
    network.push(b, a.name, List.of(second));
    eventually(() -> knows(a, room, second) && knows(a, room, redaction));
    assertThat(a.engine().rooms().event(room, target).orElseThrow().event().content()).isEmpty();
  }

  private Draft redactionOf(EventId target) {
    return new Draft(bob, "m.room.redaction", null, Json.object(), target, null, null);
  }

  /// "prev_events ... at most 20": the state before an event is resolved from those that it names.
  @Test
  void anEventInARoomWithVeryManyEndsIsAcceptedByOthers() throws Exception {
    var room = createRoom(RoomVersion.V10, "public");
    joinBob(room);
    var before = state(a, room);
    var old = Objects.requireNonNull(before.get(new StateKey("m.room.join_rules", "")));
    var auth =
        List.of(
            Objects.requireNonNull(before.get(StateKey.CREATE)),
            Objects.requireNonNull(before.get(StateKey.POWER_LEVELS)),
            Objects.requireNonNull(before.get(StateKey.member(alice))));
    // All of them come before Bob's join.
    var ends = new ArrayList<Event>();
    for (int i = 0; i < 40; i++) {
      var event =
          new EventBuilder(RoomVersion.V10.rules(), "m.room.message", alice, new SecureRandom())
              .roomId(room)
              .content(content("body", "end " + i))
              .prevEvents(List.of(old))
              .authEvents(auth)
              .depth(9)
              .originServerTs(1)
              .build(a.name, a.key);
      ends.add(event);
    }
    var pdus = ends.stream().map(Event::json).toList();
    a.engine().inbound().receive(a.name, "ends", pdus);
    eventually(() -> ends.stream().allMatch(event -> knows(a, room, event.eventId())));
    b.engine().inbound().receive(a.name, "ends", pdus);
    eventually(() -> ends.stream().allMatch(event -> knows(b, room, event.eventId())));
    // Events of Bob's that nobody is shown tie them together, twenty at a time.
    eventually(() -> view(b, room).heads().size() <= 10);
    var sent = send(b, room, bob, "still here");
    network.deliver();
    eventually(() -> a.engine().rooms().event(room, sent).isPresent());
    assertThat(a.engine().rooms().event(room, sent).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.ACCEPTED);
  }

  /// An event names twenty ends. Those at which its sender is in the room are among them, however
  /// many others are newer.
  @Test
  void whoJoinedAtOneOfVeryManyEndsMaySpeak() throws Exception {
    var room = createRoom(RoomVersion.V10, "public");
    // Nobody here may tie the ends together.
    var levels = Json.object().put("events_default", 50);
    levels.putObject("users").put(alice.value(), 100);
    levels.putObject("events").put("m.room.message", 0);
    var fork = append(a, room, Draft.state(alice, "m.room.power_levels", "", levels));
    var before = state(a, room);
    joinBob(room);
    var ends = new ArrayList<Event>();
    for (int i = 0; i < 40; i++)
      ends.add(
          new EventBuilder(RoomVersion.V10.rules(), "org.example.end", alice, new SecureRandom())
              .roomId(room)
              .stateKey("end " + i)
              .content(content("end", "yes"))
              .prevEvents(List.of(fork))
              .authEvents(
                  List.of(
                      Objects.requireNonNull(before.get(StateKey.CREATE)),
                      Objects.requireNonNull(before.get(StateKey.POWER_LEVELS)),
                      Objects.requireNonNull(before.get(StateKey.member(alice)))))
              .depth(9)
              .originServerTs(1)
              .build(a.name, a.key));
    for (var server : List.of(a, b))
      server.engine().inbound().receive(a.name, "ends", ends.stream().map(Event::json).toList());
    eventually(() -> view(b, room).heads().size() > 40);
    eventually(() -> ends.stream().allMatch(event -> knows(a, room, event.eventId())));

    var sent = send(b, room, bob, "still here");
    network.deliver();

    eventually(() -> a.engine().rooms().event(room, sent).isPresent());
    assertThat(a.engine().rooms().event(room, sent).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.ACCEPTED);
  }

  /// A state with holes that others do not have would be another one for ever.
  @Test
  void anEventWaitsForTheEventsOfTheStateBeforeIt() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    for (var type : List.of("m.room.topic", "m.room.name"))
      append(a, room, Draft.state(alice, type, "", content("text", "lost on the way")));
    var last = send(a, room, alice, "last");
    network.forget();
    network.withhold(true);
    network.push(a, b.name, List.of(last));
    eventually(() -> b.engine().inboundWork().nextTry().isPresent());
    assertThat(b.engine().rooms().event(room, last)).isEmpty();

    network.withhold(false);
    network.pass(Duration.ofMinutes(1));
    eventually(() -> knows(b, room, last));

    assertThat(b.engine().rooms().stateBefore(room, last).orElseThrow().all())
        .isEqualTo(a.engine().rooms().stateBefore(room, last).orElseThrow().all());
  }

  /// Nobody here may speak and tie them together: each brings a state of its own.
  @Test
  void aRoomWithMoreThanSixtyFourEndsGoesOn() throws Exception {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    var silence = Json.object().put("state_default", 0).put("events_default", 50);
    append(a, room, Draft.state(alice, "m.room.power_levels", "", silence));
    network.deliver();
    var fork = view(a, room).heads();
    var state = state(a, room);
    eventually(() -> view(b, room).heads().equals(fork));
    var auth =
        List.of(
            Objects.requireNonNull(state.get(StateKey.POWER_LEVELS)),
            Objects.requireNonNull(state.get(StateKey.member(alice))));
    var ends = new ArrayList<Event>();
    for (int i = 0; i < 70; i++)
      ends.add(
          new EventBuilder(RoomVersion.V12.rules(), "org.example.end", alice, new SecureRandom())
              .roomId(room)
              .stateKey("end " + i)
              .content(content("end", "yes"))
              .prevEvents(fork)
              .authEvents(auth)
              .depth(9)
              .originServerTs(1)
              .build(a.name, a.key));
    for (int from = 0; from < 70; from += 35) {
      var pdus = ends.subList(from, from + 35).stream().map(Event::json).toList();
      b.engine().inbound().receive(a.name, "ends" + from, pdus);
    }
    eventually(() -> ends.stream().allMatch(event -> knows(b, room, event.eventId())));

    eventually(() -> view(b, room).heads().size() == 70);
    assertThat(state(b, room)).hasSize(state.size() + 70);
  }

  /// What lies before an accepted event is no end, also if it came last of all and only an event
  /// names it that was soft-failed.
  @Test
  void anEventThatComesBehindASoftFailedOneIsNoEnd() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    var fork = view(b, room).heads();
    var last = forbidTopics(room);
    // So low that nobody is given it who asks for what lies between.
    var late = crafted(room, bobs(room, "m.room.message", fork).depth(1));
    var refused = crafted(room, topic(room, late));
    var accepted = crafted(room, bobs(room, "m.room.message", List.of(refused.eventId())));

    for (var event : List.of(refused, accepted, late)) give(a, room, event);

    assertThat(standing(a, room, refused)).isEqualTo(StoredEvent.Standing.SOFT_FAILED);
    assertThat(standing(a, room, late)).isEqualTo(StoredEvent.Standing.ACCEPTED);
    assertThat(view(a, room).heads()).containsExactlyInAnyOrder(last, accepted.eventId());
  }

  /// As above, where the soft-failed event comes last and brings the end behind it to light.
  @Test
  void aSoftFailedEventThatComesLateEndsWhatLiesBeforeIt() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    var fork = view(b, room).heads();
    var last = forbidTopics(room);
    var before = crafted(room, bobs(room, "m.room.message", fork));
    var refused = crafted(room, topic(room, before).depth(1));
    var accepted = crafted(room, bobs(room, "m.room.message", List.of(refused.eventId())));

    for (var event : List.of(before, accepted)) give(a, room, event);
    assertThat(view(a, room).heads())
        .containsExactlyInAnyOrder(last, before.eventId(), accepted.eventId());
    give(a, room, refused);

    assertThat(standing(a, room, refused)).isEqualTo(StoredEvent.Standing.SOFT_FAILED);
    assertThat(view(a, room).heads()).containsExactlyInAnyOrder(last, accepted.eventId());
  }

  /// Bob's server does not hear of it.
  private EventId forbidTopics(RoomId room) {
    var levels = Json.object();
    levels.putObject("users").put(alice.value(), 100);
    levels.putObject("events").put("m.room.topic", 50);
    var changed = append(a, room, Draft.state(alice, "m.room.power_levels", "", levels));
    network.forget();
    return changed;
  }

  private EventBuilder topic(RoomId room, Event before) {
    return bobs(room, "m.room.topic", List.of(before.eventId()))
        .stateKey("")
        .content(content("topic", "new"));
  }

  /// Made at Bob's server, which gives it away when it is asked.
  private Event crafted(RoomId room, EventBuilder builder) throws MalformedEvent {
    var event = builder.build(b.name, b.key);
    give(b, room, event);
    return event;
  }

  private void give(TestServer server, RoomId room, Event event) {
    server
        .engine()
        .inbound()
        .receive(b.name, "t" + event.eventId(), List.of(event.json().deepCopy()));
    eventually(
        () ->
            server
                .engine()
                .rooms()
                .event(room, event.eventId())
                .filter(known -> known.standing() != StoredEvent.Standing.OUTLIER)
                .isPresent());
  }

  /// Who stayed in a room may ask a server that left about what that said last.
  @Test
  void aServerThatLeftAnswersAboutItsLastEvents() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    var unheard = send(b, room, bob, "unheard");
    var leave =
        append(
            b,
            room,
            Draft.state(bob, "m.room.member", bob.value(), content("membership", "leave")));
    network.forget();

    network.push(b, a.name, List.of(leave));

    eventually(() -> knows(a, room, unheard) && knows(a, room, leave));
    assertThat(view(a, room).heads()).containsExactly(leave);
  }

  /// Of several servers the one that named what is missing is asked first: it had that once.
  @Test
  void whoNamedAMissingEventIsAskedForItFirst() throws Exception {
    var room = createRoom(RoomVersion.V11, "public");
    joinBob(room);
    // Others in the room, who never answer; their names come first.
    for (int i = 0; i < 12; i++) joinStranger(room, new ServerName("a" + i + ".example"));
    var fork = view(b, room).heads();
    var missing = crafted(room, bobs(room, "m.room.message", fork).depth(1));
    var named = crafted(room, bobs(room, "m.room.message", List.of(missing.eventId())));
    give(a, room, named);
    assertThat(a.engine().rooms().event(room, missing.eventId())).isEmpty();

    done(
        a.engine()
            .timeline()
            .messages(room, alice, null, null, Timeline.Direction.BACKWARDS, 100, _ -> true));

    assertThat(a.engine().rooms().event(room, missing.eventId())).isPresent();
  }

  private void joinStranger(RoomId room, ServerName name) throws MalformedEvent {
    var state = state(b, room);
    var user = UserId.of("stranger", name);
    var join =
        new EventBuilder(RoomVersion.V11.rules(), "m.room.member", user, new SecureRandom())
            .roomId(room)
            .stateKey(user.value())
            .content(content("membership", "join"))
            .depth(10)
            .originServerTs(1_000_000)
            .prevEvents(view(b, room).heads())
            .authEvents(
                List.of(
                    Objects.requireNonNull(state.get(StateKey.CREATE)),
                    Objects.requireNonNull(state.get(StateKey.POWER_LEVELS)),
                    Objects.requireNonNull(state.get(new StateKey("m.room.join_rules", "")))))
            .build(name, network.stranger(name));
    give(b, room, join);
    give(a, room, join);
  }

  private static StoredEvent.Standing standing(TestServer server, RoomId room, Event event) {
    return server.engine().rooms().event(room, event.eventId()).orElseThrow().standing();
  }

  /// A server that was removed hears of it, although it has missed what came before.
  @Test
  void aKickReachesAServerThatMissedEventsBeforeIt() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    for (int i = 0; i < 3; i++)
      append(a, room, Draft.state(alice, "m.room.topic", "", content("topic", "lost " + i)));
    var kick =
        append(
            a,
            room,
            Draft.state(alice, "m.room.member", bob.value(), content("membership", "leave")));
    network.forget();
    network.push(a, b.name, List.of(kick));
    eventually(
        () -> b.engine().userRooms().in(bob, room).orElseThrow().membership().equals("leave"));
  }

  @Test
  void anEventWhosePredecessorsCannotBeHadNowWaitsForThem() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    send(a, room, alice, "lost on the way");
    var last = send(a, room, alice, "arrives");
    network.forget();
    network.mute(true);
    network.push(a, b.name, List.of(last));
    assertThat(knows(b, room, last)).isFalse();
    b.restart();
    network.mute(false);
    eventually(() -> knows(b, room, last));
    eventually(() -> view(b, room).heads().equals(List.of(last)));
  }

  @Test
  void aTransactionIsTakenOnce() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    var id = send(a, room, alice, "once");
    network.deliver();
    network.push(a, b.name, List.of(id));
    network.push(a, b.name, List.of(id));
    eventually(() -> knows(b, room, id));
    var after = send(a, room, alice, "after");
    network.deliver();
    eventually(() -> knows(b, room, after));
    var slice = b.engine().timeline().since(room, bob, 0, Long.MAX_VALUE, 2, _ -> true);
    assertThat(slice.events()).extracting(e -> e.event().eventId()).containsExactly(id, after);
  }

  /// "2. Passes signature checks, otherwise it is dropped": whether it does is not known before the
  /// key is there, and until then what was answered with 200 must not be lost.
  @Test
  void anEventWhoseKeyCannotBeHadIsKeptAndJudgedWhenItCan() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    network.keysAway(true);
    var first = send(b, room, bob, "1");
    var second = send(b, room, bob, "2");
    assertThat(network.push(b, a.name, List.of(first, second)))
        .isEqualTo(Map.of(first, "", second, ""));
    assertThat(knows(a, room, first)).isFalse();
    a.restart();
    assertThat(knows(a, room, first)).isFalse();
    network.keysAway(false);
    eventually(() -> knows(a, room, first) && knows(a, room, second));
    assertThat(a.engine().rooms().event(room, second).orElseThrow().standing())
        .isEqualTo(StoredEvent.Standing.ACCEPTED);
    var third = send(b, room, bob, "3");
    network.push(b, a.name, List.of(third));
    eventually(() -> knows(a, room, third));
  }

  @Test
  void whoWaitsForAKeyIsBoundedForEachServerAndRoom() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    network.keysAway(true);
    var sent = new ArrayList<EventId>();
    for (int i = 0; i < 110; i++) sent.add(send(b, room, bob, "m" + i));
    int refused = 0;
    for (var id : sent) if (!network.push(b, a.name, List.of(id)).get(id).isEmpty()) refused++;
    assertThat(refused).isEqualTo(10);
    // Refused is not lost: what comes after them brings them along.
    network.keysAway(false);
    var last = send(b, room, bob, "last");
    network.push(b, a.name, List.of(last));
    eventually(() -> sent.stream().allMatch(id -> knows(a, room, id)) && knows(a, room, last));
  }

  @Test
  void whatWaitsForItsPredecessorsIsBoundedForEachServerAndRoom() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    network.mute(true);
    send(b, room, bob, "lost");
    var sent = new ArrayList<EventId>();
    for (int i = 0; i < TestServer.STAGED + 10; i++) sent.add(send(b, room, bob, "m" + i));
    int refused = 0;
    for (var id : sent) if (!network.push(b, a.name, List.of(id)).get(id).isEmpty()) refused++;
    assertThat(refused).isEqualTo(10);
    network.mute(false);
    network.pass(Duration.ofMinutes(11));
    eventually(() -> a.staged(room).isEmpty());
    // Refused is not lost: what comes after them brings them along.
    var last = send(b, room, bob, "last");
    network.push(b, a.name, List.of(last));
    eventually(() -> sent.stream().allMatch(id -> knows(a, room, id)) && knows(a, room, last));
  }

  @Test
  void anEventWhoseKeyNeverComesIsGivenUpInTheEnd() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    network.keysAway(true);
    var lost = send(b, room, bob, "lost");
    network.push(b, a.name, List.of(lost));
    assertThat(a.staged(room)).hasSize(1);
    network.pass(Duration.ofHours(23));
    network.pass(Duration.ofHours(2));
    eventually(() -> a.staged(room).isEmpty());
    assertThat(knows(a, room, lost)).isFalse();
  }

  /// "If the server does not have all of the room history and does not have an event suitably close
  /// to the requested timestamp, it can use the corresponding federation endpoint to ask other
  /// servers for a suitable event."
  @Test
  void anEventFromBeforeTheJoinIsFoundByItsTime() {
    var room = createRoom(RoomVersion.V12, "public");
    var sent = new ArrayList<EventId>();
    for (int i = 0; i < 40; i++) {
      network.pass(Duration.ofHours(1));
      sent.add(send(a, room, alice, "m" + i));
    }
    network.pass(Duration.ofHours(1));
    joinBob(room);
    long time = a.engine().rooms().event(room, sent.get(20)).orElseThrow().event().originServerTs();
    assertThat(nearest(room, time + 1_000, Timeline.Direction.BACKWARDS)).isEqualTo(sent.get(20));
    assertThat(nearest(room, time - 1_000, Timeline.Direction.FORWARDS)).isEqualTo(sent.get(20));
    assertThat(nearest(room, time + 1_000, Timeline.Direction.FORWARDS)).isEqualTo(sent.get(21));
    // From there on clients go by /context.
    var context = b.engine().timeline().context(room, bob, sent.get(20), 4, _ -> true);
    assertThat(done(context).before())
        .extracting(event -> event.event().eventId())
        .containsExactly(sent.get(19), sent.get(18));
    long asked = network.asked();
    assertThat(b.engine().timeline().nearest(room, bob, 0, Timeline.Direction.BACKWARDS)).isEmpty();
    assertThat(network.asked() - asked).isLessThanOrEqualTo(10);
  }

  private EventId nearest(RoomId room, long timestampMs, Timeline.Direction direction) {
    return b.engine()
        .timeline()
        .nearest(room, bob, timestampMs, direction)
        .orElseThrow()
        .event()
        .eventId();
  }

  /// Complement's `TestNetworkPartitionOrdering`: what a timeline of /sync showed does not come
  /// again on the pages before it, however far up it hangs in the graph; and nothing is left out.
  @Test
  void pagesBeforeATimelineGoOnWhereItBegan() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    long before = a.ledger().committed();
    var prime = send(b, room, bob, "1'");
    network.forget();
    var sent = new ArrayList<EventId>();
    for (int i = 1; i <= 4; i++) sent.add(send(a, room, alice, "" + i));
    network.push(b, a.name, List.of(prime));
    eventually(() -> knows(a, room, prime));
    var later = new ArrayList<EventId>();
    later.add(prime);
    for (int i = 5; i <= 7; i++) later.add(send(a, room, alice, "" + i));
    var timeline = a.engine().timeline();
    var slice = timeline.since(room, alice, before, Long.MAX_VALUE, 4, _ -> true);
    assertThat(slice.events()).extracting(e -> e.event().eventId()).isEqualTo(later);
    var pages = new ArrayList<EventId>();
    var from = slice.prevBatch();
    for (int i = 0; i < 2; i++) {
      var page =
          done(
              timeline.messages(
                  room, alice, from, null, Timeline.Direction.BACKWARDS, 2, _ -> true));
      page.events().forEach(event -> pages.add(event.event().eventId()));
      from = Objects.requireNonNull(page.end());
    }
    assertThat(pages).isEqualTo(sent.reversed());
    // Who reads from the newest on sees all, in the order of the graph.
    var all =
        done(
            timeline.messages(room, alice, null, null, Timeline.Direction.BACKWARDS, 8, _ -> true));
    assertThat(all.events())
        .extracting(e -> e.event().eventId())
        .containsExactly(
            later.get(3),
            later.get(2),
            later.get(1),
            sent.get(3),
            sent.get(2),
            sent.get(1),
            prime,
            sent.getFirst());
  }

  /// Many shallow events that arrive after a deep one do not hide it.
  @Test
  void aDeepEventIsFoundBehindManyShallowOnesThatCameLater() {
    var room = createRoom(RoomVersion.V12, "public");
    joinBob(room);
    var shallow = new ArrayList<EventId>();
    for (int i = 0; i < 40; i++) shallow.add(send(b, room, bob, "b" + i));
    network.forget();
    EventId deepest = null;
    for (int i = 0; i < 60; i++) deepest = send(a, room, alice, "a" + i);
    for (var id : shallow) network.push(b, a.name, List.of(id));
    var last = shallow.getLast();
    eventually(() -> knows(a, room, last));
    var timeline = a.engine().timeline();
    var slice = timeline.since(room, alice, 0, Long.MAX_VALUE, 10, _ -> true);
    assertThat(slice.events().getLast().event().eventId()).isEqualTo(last);
    var page =
        done(
            timeline.messages(
                room, alice, slice.prevBatch(), null, Timeline.Direction.BACKWARDS, 5, _ -> true));
    assertThat(page.events().getFirst().event().eventId()).isEqualTo(deepest);
  }
}
