package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hearth.server.client.RoomSteps.V3;
import static org.hearth.server.client.RoomSteps.create;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.invite;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.post;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.put;

import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// What [syncing](https://spec.matrix.org/v1.19/client-server-api/#syncing) says of rooms that are
/// joined, left and refused.
class SyncTest {
  private static final TestServer HEARTH = TestServer.shared();

  private static ValidatableResponse sync(User user) {
    return get(user, "/sync?timeout=0").statusCode(200);
  }

  private static ValidatableResponse sync(User user, String since) {
    return get(user, "/sync?timeout=0&since=" + since).statusCode(200);
  }

  private static String token(ValidatableResponse sync) {
    return sync.extract().path("next_batch");
  }

  private static JsonPath json(ValidatableResponse sync) {
    return sync.extract().jsonPath();
  }

  private static String room(String kind, String room, String rest) {
    return "rooms." + kind + ".'" + room + "'" + rest;
  }

  /// "Push rules ... appear in /sync as global account data", also before anybody changed one.
  @Test
  void theFirstAnswerHasThePushRules() {
    User alice = HEARTH.register("sync");
    sync(alice).body("account_data.events.type", hasItem("m.push_rules"));
  }

  /// "Required if the room name is not set", lazily loading or not.
  @Test
  void joinedRoomsComeWithASummary() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = publicRoom(alice);
    invite(alice, room, bob);
    sync(alice)
        .body(room("join", room, ".summary.'m.joined_member_count'"), equalTo(1))
        .body(room("join", room, ".summary.'m.invited_member_count'"), equalTo(1));
  }

  /// What a client has of an earlier stay does not join on to the timeline of a new one.
  @Test
  void aRoomThatIsNewlyJoinedBeginsWithAGap() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = publicRoom(alice);
    String since = token(sync(bob));
    join(bob, room);
    sync(bob, since).body(room("join", room, ".timeline.limited"), equalTo(true));
  }

  /// matrix-js-sdk drops what lies before a message of its own in a timeline with a gap, and sets
  /// no limit of its own when it goes on.
  @Test
  void aClientThatGoesOnGetsABusyTimelineWithoutAGap() {
    User alice = HEARTH.register("sync");
    String room = publicRoom(alice);
    String since = token(sync(alice));
    for (int i = 0; i < 25; i++)
      put(alice, "/rooms/" + room + "/state/org.example.busy/" + i, Map.of("n", i)).statusCode(200);
    var answer = json(get(alice, "/sync?timeout=0&since=" + since));
    assertThat(answer.getList(room("join", room, ".timeline.events"))).hasSize(25);
    assertThat(answer.getBoolean(room("join", room, ".timeline.limited"))).isFalse();
  }

  /// "When true, all state events will be returned, even if since is non-empty. The timeline will
  /// still be limited by the since parameter."
  @Test
  void fullStateDoesNotRepeatTheTimeline() {
    User alice = HEARTH.register("sync");
    String room = publicRoom(alice);
    String since = token(sync(alice));
    var again = json(get(alice, "/sync?timeout=0&full_state=true&since=" + since));
    assertThat(again.getList(room("join", room, ".timeline.events"))).isEmpty();
    assertThat(again.getList(room("join", room, ".state.events.type"), String.class))
        .contains("m.room.create", "m.room.member");
  }

  @Test
  void whoLeavesAndForgetsLearnsThatTheyLeft() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = publicRoom(alice);
    join(bob, room);
    String since = token(sync(bob));
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    post(bob, "/rooms/" + room + "/forget", Map.of()).statusCode(200);
    var after = sync(bob, since).body("rooms.leave", hasKey(room));
    sync(bob, token(after)).body("rooms.leave", equalTo(null));
  }

  /// "Servers must not send room invites from ignored users to clients."
  @Test
  void invitesOfIgnoredUsersAreHidden() {
    User alice = HEARTH.register("sync");
    User eve = HEARTH.register("sync");
    put(
            alice,
            "/user/" + alice.id() + "/account_data/m.ignored_user_list",
            Map.of("ignored_users", Map.of(eve.id(), Map.of())))
        .statusCode(200);
    String since = token(sync(alice));
    String room = create(eve, Map.of("invite", List.of(alice.id())));
    assertThat(json(sync(alice, since)).<Object>get(room("invite", room, ""))).isNull();
    assertThat(json(sync(alice)).<Object>get(room("invite", room, ""))).isNull();
  }

  /// "The client will no longer receive events sent by that user, with the exception of state
  /// events."
  @Test
  void messagesOfIgnoredUsersAreHidden() {
    User alice = HEARTH.register("sync");
    User eve = HEARTH.register("sync");
    String room = publicRoom(alice);
    join(eve, room);
    String since = token(sync(alice));
    put(
            alice,
            "/user/" + alice.id() + "/account_data/m.ignored_user_list",
            Map.of("ignored_users", Map.of(eve.id(), Map.of())))
        .statusCode(200);
    RoomSteps.send(
            eve, room, "m.reaction", Map.of("m.relates_to", Map.of("rel_type", "m.annotation")))
        .then()
        .statusCode(200);
    post(eve, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    sync(alice, since)
        .body(room("join", room, ".timeline.events.type"), not(hasItem("m.reaction")))
        .body(room("join", room, ".timeline.events.type"), hasItem("m.room.member"));
  }

  @Test
  void anInviteToADesertedRoomCanBeRefused() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = create(alice, Map.of("preset", "private_chat", "invite", List.of(bob.id())));
    String since = token(sync(bob));
    post(alice, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    var left = json(sync(bob, since));
    assertThat(left.getList(room("leave", room, ".timeline.events.state_key"), String.class))
        .contains(bob.id());
  }

  /// The state of a room is for those who were in it.
  @Test
  void whoRefusesAnInviteLearnsNothingOfTheRoom() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = create(alice, Map.of("preset", "private_chat", "invite", List.of(bob.id())));
    String since = token(sync(bob));
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    var left = json(sync(bob, since));
    assertThat(left.getList(room("leave", room, ".state.events"))).isEmpty();
    assertThat(left.getList(room("leave", room, ".timeline.events.state_key"), String.class))
        .containsExactly(bob.id());
  }

  /// Taking a knock back does not bring up the knock again.
  @Test
  void whoTakesAKnockBackSeesOnlyThat() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = create(alice, Map.of("preset", "private_chat"));
    put(alice, "/rooms/" + room + "/state/m.room.join_rules", Map.of("join_rule", "knock"))
        .statusCode(200);
    post(bob, "/knock/" + room, Map.of()).statusCode(200);
    String since = token(sync(bob));
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    assertThat(
            json(sync(bob, since))
                .getList(room("leave", room, ".timeline.events.content.membership"), String.class))
        .containsExactly("leave");
  }

  /// "This token can be obtained from a prev_batch token returned for each room by the sync API."
  @Test
  void membersAsOfASync() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = publicRoom(alice);
    String at = json(sync(alice)).getString(room("join", room, ".timeline.prev_batch"));
    join(bob, room);
    get(alice, "/rooms/" + room + "/members?at=" + at)
        .statusCode(200)
        .body("chunk.state_key", equalTo(List.of(alice.id())));
    get(alice, "/rooms/" + room + "/members?at=nonsense")
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
  }

  @Test
  void aReceiptOfNoThreadGoesBeforeThatOfOne() {
    User alice = HEARTH.register("sync");
    String room = publicRoom(alice);
    String root = json(sync(alice)).getString(room("join", room, ".timeline.events[-1].event_id"));
    String receipt = "/rooms/" + room + "/receipt/m.read/" + root;
    post(alice, receipt, Map.of()).statusCode(200);
    post(alice, receipt, Map.of("thread_id", root)).statusCode(200);
    Map<String, Map<String, Map<String, Map<String, Object>>>> content =
        json(sync(alice)).getMap(room("join", room, ".ephemeral.events[0].content"));
    assertThat(content.get(root).get("m.read").get(alice.id())).doesNotContainKey("thread_id");
  }

  @Test
  void filtersNameUsersAndRooms() {
    User alice = HEARTH.register("sync");
    for (var wrong :
        List.of(Map.of("senders", List.of("nobody")), Map.of("rooms", List.of("nowhere")))) {
      alice
          .api()
          .body(Map.of("room", Map.of("timeline", wrong)))
          .post(V3 + "/user/" + alice.id() + "/filter")
          .then()
          .statusCode(400);
    }
  }

  private static JsonPath filtered(User user, String since, String filter) {
    return json(
        user.api()
            .queryParam("filter", filter)
            .get(V3 + "/sync?timeout=0&since=" + since)
            .then()
            .statusCode(200));
  }

  private static void state(User user, String room, String type, String value) {
    put(user, "/rooms/" + room + "/state/" + type + "/", Map.of("value", value)).statusCode(200);
  }

  /// "Updates to the state, between the time indicated by the since parameter, and the start of the
  /// timeline": what the timeline does not show must not get lost.
  @Test
  void stateThatTheTimelinesFilterLeavesOutIsInTheState() {
    User alice = HEARTH.register("sync");
    String room = publicRoom(alice);
    String since = token(sync(alice));
    state(alice, room, "org.example.shown", "old");
    state(alice, room, "org.example.hidden", "first");
    state(alice, room, "org.example.hidden", "second");
    state(alice, room, "org.example.shown", "new");
    var answer =
        filtered(
            alice, since, "{\"room\":{\"timeline\":{\"not_types\":[\"org.example.hidden\"]}}}");
    assertThat(answer.getList(room("join", room, ".timeline.events.content.value"), String.class))
        .containsExactly("old", "new");
    assertThat(answer.getList(room("join", room, ".state.events.content.value"), String.class))
        .containsExactly("second");

    var both =
        filtered(
            alice,
            since,
            "{\"room\":{\"timeline\":{\"not_types\":[\"org.example.hidden\"]},"
                + "\"state\":{\"types\":[\"org.example.shown\"]}}}");
    assertThat(both.getList(room("join", room, ".state.events"))).isEmpty();
  }

  /// A timeline with a gap begins where its first event is; what is shown in it is not repeated.
  @Test
  void theStateBeforeAGapIsThatOfItsEnd() {
    User alice = HEARTH.register("sync");
    String room = publicRoom(alice);
    String since = token(sync(alice));
    state(alice, room, "org.example.a", "1");
    state(alice, room, "org.example.b", "2");
    state(alice, room, "org.example.a", "3");
    var answer = filtered(alice, since, "{\"room\":{\"timeline\":{\"limit\":1}}}");
    assertThat(answer.getBoolean(room("join", room, ".timeline.limited"))).isTrue();
    assertThat(answer.getList(room("join", room, ".timeline.events.content.value"), String.class))
        .containsExactly("3");
    assertThat(answer.getList(room("join", room, ".state.events.content.value"), String.class))
        .containsExactlyInAnyOrder("1", "2");
  }

  /// A client that loads members lazily may have loaded them all: it must learn who left where the
  /// timeline has a gap or leaves members out.
  @Test
  void lazyLoadingHidesNoChangeOfAMember() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    String room = publicRoom(alice);
    join(bob, room);
    String since = token(sync(alice));
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    state(alice, room, "org.example.a", "1");
    state(alice, room, "org.example.a", "2");
    String lazily = "\"state\":{\"lazy_load_members\":true}";
    for (var timeline : List.of("{\"limit\":1}", "{\"not_types\":[\"m.room.member\"]}")) {
      var answer =
          filtered(alice, since, "{\"room\":{" + lazily + ",\"timeline\":" + timeline + "}}");
      assertThat(answer.getList(room("join", room, ".state.events.state_key"), String.class))
          .contains(bob.id());
    }
  }

  /// "Only include membership events for the `sender` of events being included in the response."
  @Test
  void lazyLoadingShowsWhoWroteOnce() {
    User alice = HEARTH.register("sync");
    User bob = HEARTH.register("sync");
    User carol = HEARTH.register("sync");
    String room = publicRoom(alice);
    join(bob, room);
    join(carol, room);
    String filter =
        "{\"room\":{\"state\":{\"lazy_load_members\":true,\"types\":[\"m.room.member\"]},"
            + "\"timeline\":{\"types\":[\"m.reaction\"]}}}";
    var first = json(alice.api().queryParam("filter", filter).get(V3 + "/sync?timeout=0").then());
    assertThat(first.getList(room("join", room, ".state.events.state_key"), String.class))
        .containsExactly(alice.id());
    for (int i = 0; i < 2; i++) {
      String since = first.getString("next_batch");
      RoomSteps.send(
              bob, room, "m.reaction", Map.of("m.relates_to", Map.of("rel_type", "m.annotation")))
          .then()
          .statusCode(200);
      first = filtered(alice, since, filter);
      assertThat(first.getList(room("join", room, ".timeline.events"))).hasSize(1);
      assertThat(first.getList(room("join", room, ".state.events.state_key"), String.class))
          .isEqualTo(i == 0 ? List.of(bob.id()) : List.of());
    }
  }
}
