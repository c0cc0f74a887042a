package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hearth.server.FederatedSteps.CLIENT;
import static org.hearth.server.FederatedSteps.await;
import static org.hearth.server.FederatedSteps.create;
import static org.hearth.server.FederatedSteps.membership;
import static org.hearth.server.FederatedSteps.messages;
import static org.hearth.server.FederatedSteps.send;

import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Knocks and restricted joins between two whole servers over TLS: [knocking
/// rooms](https://spec.matrix.org/v1.19/server-server-api/#knocking-upon-a-room) and [restricted
/// rooms](https://spec.matrix.org/v1.19/server-server-api/#restricted-rooms).
class GuardedRoomsTest {
  private static TestServer here;
  private static TestServer there;

  @BeforeAll
  static void start() {
    here = TestServer.federating();
    there = TestServer.federating();
  }

  @AfterAll
  static void stop() {
    here.close();
    there.close();
  }

  private static String guarded(
      TestServer.User creator, String version, Map<String, Object> joinRules) {
    return create(
        creator,
        Map.of(
            "room_version",
            version,
            "preset",
            "private_chat",
            // Only who has power may invite, and so vouch.
            "power_level_content_override",
            Map.of("invite", 50),
            "initial_state",
            List.of(Map.of("type", "m.room.join_rules", "state_key", "", "content", joinRules))));
  }

  private static Map<String, Object> allow(String rule, String club) {
    return Map.of(
        "join_rule", rule, "allow", List.of(Map.of("type", "m.room_membership", "room_id", club)));
  }

  private static ValidatableResponse join(TestServer.User user, String room) {
    return user.api()
        .queryParam("server_name", here.serverName())
        .body(Map.of())
        .post(CLIENT + "/join/" + room)
        .then();
  }

  private static ValidatableResponse knock(TestServer.User user, String room) {
    return user.api()
        .queryParam("server_name", here.serverName())
        .body(Map.of("reason", "let me in"))
        .post(CLIENT + "/knock/" + room)
        .then();
  }

  private static ValidatableResponse change(
      TestServer.User user, String room, String how, TestServer.User whom) {
    return user.api()
        .body(Map.of("user_id", whom.id()))
        .post(CLIENT + "/rooms/" + room + "/" + how)
        .then();
  }

  /// One part of the rooms that /sync gives, whole.
  private static Map<String, Object> rooms(TestServer.User user, String part) {
    Map<String, Object> rooms =
        user.api()
            .queryParam("filter", "{\"room\":{\"include_leave\":true}}")
            .get(CLIENT + "/sync")
            .then()
            .statusCode(200)
            .extract()
            .path("rooms." + part);
    return rooms == null ? Map.of() : rooms;
  }

  private static void theySpeak(TestServer.User alice, TestServer.User bob, String room)
      throws InterruptedException {
    await("the join arrives", () -> "join".equals(membership(alice, room, bob.id())));
    String question = send(alice, room, "question");
    await("it arrives", () -> messages(bob, room).contains(question));
    String answer = send(bob, room, "answer");
    await("the answer arrives", () -> messages(alice, room).contains(answer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void whoKnocksIsInvitedAndJoins(String version) throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = guarded(alice, version, Map.of("join_rule", "knock"));
    join(bob, room).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
    knock(bob, room).statusCode(200).body("room_id", equalTo(room));
    await("the knock arrives", () -> "knock".equals(membership(alice, room, bob.id())));
    assertThat(rooms(bob, "knock")).containsKey(room);
    bob.api()
        .get(CLIENT + "/sync")
        .then()
        .body("rooms.knock.'" + room + "'.knock_state.events.type", hasItem("m.room.create"))
        .body("rooms.knock.'" + room + "'.knock_state.events.type", hasItem("m.room.join_rules"));
    change(alice, room, "invite", bob).statusCode(200);
    await("the invite arrives", () -> rooms(bob, "invite").containsKey(room));
    assertThat(rooms(bob, "knock")).doesNotContainKey(room);
    join(bob, room).statusCode(200);
    theySpeak(alice, bob, room);
  }

  @Test
  void aKnockIsTakenBackOrRefusedOrNotEvenHeard() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = guarded(alice, "12", Map.of("join_rule", "knock"));
    knock(bob, room).statusCode(200);
    bob.api().body(Map.of()).post(CLIENT + "/rooms/" + room + "/leave").then().statusCode(200);
    await("it is taken back", () -> "leave".equals(membership(alice, room, bob.id())));
    knock(bob, room).statusCode(200);
    await("the knock arrives", () -> "knock".equals(membership(alice, room, bob.id())));
    change(alice, room, "kick", bob).statusCode(200);
    await("the refusal arrives", () -> !rooms(bob, "knock").containsKey(room));
    assertThat(rooms(bob, "leave")).containsKey(room);
    change(alice, room, "ban", bob).statusCode(200);
    knock(bob, room).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
    String closed = create(alice, Map.of("preset", "private_chat"));
    knock(bob, closed).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
  }

  /// "If the room is restricted ... the resident server needs to verify that the joining user meets
  /// one of the conditions", and signs for it.
  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void whoIsInTheClubJoinsAndTheOtherServerVouches(String version) throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String club = create(alice, Map.of("room_version", version, "preset", "public_chat"));
    String room = guarded(alice, version, allow("restricted", club));
    join(bob, room).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
    join(bob, club).statusCode(200);
    join(bob, room).statusCode(200);
    bob.api()
        .get(CLIENT + "/rooms/" + room + "/state/m.room.member/" + bob.id())
        .then()
        .body("join_authorised_via_users_server", equalTo(alice.id()));
    theySpeak(alice, bob, room);
    // Whose server is in the room by now, but may not vouch itself, gets in by the other one.
    TestServer.User carol = there.register("carol");
    join(carol, room).statusCode(403);
    join(carol, club).statusCode(200);
    await("the club knows", () -> "join".equals(membership(alice, club, carol.id())));
    join(carol, room).statusCode(200);
    theySpeak(alice, carol, room);
    bob.api()
        .get(CLIENT + "/rooms/" + room + "/state/m.room.member/" + carol.id())
        .then()
        .body("join_authorised_via_users_server", equalTo(alice.id()));
    // Once they left the club, they stay in the room, but cannot come back.
    for (String left : List.of(club, room))
      carol.api().body(Map.of()).post(CLIENT + "/rooms/" + left + "/leave").then().statusCode(200);
    await("she left", () -> "leave".equals(membership(alice, club, carol.id())));
    await("she left", () -> "leave".equals(membership(alice, room, carol.id())));
    join(carol, room).statusCode(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "11", "12"})
  void aRoomForTheClubAndForThoseWhoKnock(String version) throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    TestServer.User carol = there.register("carol");
    String club = create(alice, Map.of("room_version", version, "preset", "public_chat"));
    String room = guarded(alice, version, allow("knock_restricted", club));
    join(bob, club).statusCode(200);
    join(bob, room).statusCode(200);
    theySpeak(alice, bob, room);
    join(carol, room).statusCode(403);
    knock(carol, room).statusCode(200);
    await("the knock arrives", () -> "knock".equals(membership(alice, room, carol.id())));
    change(alice, room, "invite", carol).statusCode(200);
    await("the invite arrives", () -> rooms(carol, "invite").containsKey(room));
    join(carol, room).statusCode(200);
    theySpeak(alice, carol, room);
  }
}
