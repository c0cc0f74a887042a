package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hearth.server.FederatedSteps.CLIENT;
import static org.hearth.server.FederatedSteps.await;
import static org.hearth.server.FederatedSteps.create;
import static org.hearth.server.FederatedSteps.membership;
import static org.hearth.server.FederatedSteps.messages;
import static org.hearth.server.FederatedSteps.send;
import static org.hearth.server.FederatedSteps.serverOf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two servers that speak over TLS, seen by their users.
class FederationTest {
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

  @Test
  void aRoomIsFoundByItsAliasJoinedAndSpokenIn() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room =
        create(
            alice,
            Map.of("preset", "public_chat", "room_alias_name", "lounge" + alice.localpart()));
    List<String> sent = new ArrayList<>();
    sent.add(send(alice, room, "0"));
    String alias = "%23lounge" + alice.localpart() + "%3A" + here.serverName().replace(":", "%3A");
    bob.api()
        .urlEncodingEnabled(false)
        .body(Map.of())
        .post(CLIENT + "/join/" + alias)
        .then()
        .statusCode(200)
        .body("room_id", equalTo(room));
    await("the join arrives", () -> "join".equals(membership(alice, room, bob.id())));
    for (int i = 1; i <= 5; i++) {
      sent.add(send(alice, room, "a" + i));
      String last = sent.getLast();
      await("it arrives", () -> messages(bob, room).contains(last));
      sent.add(send(bob, room, "b" + i));
      String answer = sent.getLast();
      await("the answer arrives", () -> messages(alice, room).contains(answer));
    }
    assertThat(messages(alice, room)).isEqualTo(sent);
    // What was said before the join comes by backfill.
    await("history", () -> messages(bob, room).equals(sent));
  }

  /// Other servers give history in pieces; a page that wants more asks for the next one.
  @Test
  void longHistoryIsPagedToItsBeginning() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = create(alice, Map.of("preset", "public_chat"));
    for (int i = 0; i < 130; i++) send(alice, room, "m" + i);
    bob.api()
        .queryParam("server_name", serverOf(alice))
        .body(Map.of())
        .post(CLIENT + "/join/" + room)
        .then()
        .statusCode(200);
    List<String> types =
        bob.api()
            .queryParam("dir", "b")
            .queryParam("limit", 500)
            .get(CLIENT + "/rooms/" + room + "/messages")
            .then()
            .statusCode(200)
            .extract()
            .path("chunk.type");
    assertThat(types).hasSizeGreaterThan(130).endsWith("m.room.create");
  }

  @Test
  void anInviteIsReceivedAcceptedAndItsGuestKicked() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = create(alice, Map.of("preset", "private_chat"));
    alice
        .api()
        .body(Map.of("user_id", bob.id()))
        .post(CLIENT + "/rooms/" + room + "/invite")
        .then()
        .statusCode(200);
    Map<String, Object> invites =
        bob.api().get(CLIENT + "/sync").then().statusCode(200).extract().path("rooms.invite");
    assertThat(invites).containsKey(room);
    bob.api().body(Map.of()).post(CLIENT + "/join/" + room).then().statusCode(200);
    String message = send(bob, room, "hello");
    await("it arrives", () -> messages(alice, room).contains(message));
    alice
        .api()
        .body(Map.of("user_id", bob.id()))
        .post(CLIENT + "/rooms/" + room + "/kick")
        .then()
        .statusCode(200);
    await(
        "the kick arrives",
        () -> {
          Map<String, Object> left =
              bob.api()
                  .queryParam("filter", "{\"room\":{\"include_leave\":true}}")
                  .get(CLIENT + "/sync")
                  .then()
                  .extract()
                  .path("rooms.leave");
          return left != null && left.containsKey(room);
        });
  }

  @Test
  void anInviteIsRejected() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = create(alice, Map.of("preset", "private_chat", "invite", List.of(bob.id())));
    bob.api().body(Map.of()).post(CLIENT + "/rooms/" + room + "/leave").then().statusCode(200);
    await("the refusal arrives", () -> "leave".equals(membership(alice, room, bob.id())));
  }

  /// The state that was last seen before leaving must not decide about the way back.
  @Test
  void whoLeftAPrivateRoomReturnsByANewInvite() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = create(alice, Map.of("preset", "private_chat", "invite", List.of(bob.id())));
    bob.api().body(Map.of()).post(CLIENT + "/join/" + room).then().statusCode(200);
    await("the join arrives", () -> "join".equals(membership(alice, room, bob.id())));
    bob.api().body(Map.of()).post(CLIENT + "/rooms/" + room + "/leave").then().statusCode(200);
    await("the leave arrives", () -> "leave".equals(membership(alice, room, bob.id())));
    alice
        .api()
        .body(Map.of("user_id", bob.id()))
        .post(CLIENT + "/rooms/" + room + "/invite")
        .then()
        .statusCode(200);
    bob.api().body(Map.of()).post(CLIENT + "/join/" + room).then().statusCode(200);
    String message = send(bob, room, "again");
    await("it arrives", () -> messages(alice, room).contains(message));
  }

  @Test
  void whatWasSentWhileAServerWasDownArrivesOnceAndInOrder() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = create(alice, Map.of("preset", "public_chat"));
    bob.api()
        .body(Map.of())
        .post(CLIENT + "/join/" + room + "?via=" + here.serverName())
        .then()
        .statusCode(200);
    await("the join arrives", () -> "join".equals(membership(alice, room, bob.id())));
    there.hearth().close();
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 20; i++) sent.add(send(alice, room, "m" + i));
    there.restart();
    await("all arrive", () -> messages(bob, room).equals(sent));
    sent.add(send(bob, room, "thanks"));
    await("and back", () -> messages(alice, room).equals(sent));
  }

  @Test
  void profilesOfUsersElsewhereAreShown() {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    bob.api()
        .body(Map.of("displayname", "Bob the Builder"))
        .put(CLIENT + "/profile/" + bob.id() + "/displayname")
        .then()
        .statusCode(200);
    alice
        .api()
        .get(CLIENT + "/profile/" + bob.id())
        .then()
        .statusCode(200)
        .body("displayname", equalTo("Bob the Builder"));
    alice.api().get(CLIENT + "/profile/@nobody:" + there.serverName()).then().statusCode(404);
  }

  @Test
  void filesKeysAndToDeviceMessagesCrossServers() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String uri =
        bob.api()
            .contentType("application/octet-stream")
            .body(new byte[] {1, 2, 3, 0, -1})
            .post("/_matrix/media/v3/upload?filename=a.bin")
            .then()
            .statusCode(200)
            .extract()
            .path("content_uri");
    byte[] file =
        alice
            .api()
            .get("/_matrix/client/v1/media/download/" + uri.substring("mxc://".length()))
            .then()
            .statusCode(200)
            .extract()
            .asByteArray();
    assertThat(file).containsExactly(1, 2, 3, 0, -1);

    alice
        .api()
        .body(Map.of("device_keys", Map.of(bob.id(), List.of())))
        .post(CLIENT + "/keys/query")
        .then()
        .statusCode(200)
        .body("failures", equalTo(Map.of()));

    // Only ciphertext or what keys need may go in clear.
    Map<String, Object> request =
        Map.of("action", "request_cancellation", "request_id", "r", "requesting_device_id", "D");
    alice
        .api()
        .body(Map.of("messages", Map.of(bob.id(), Map.of("*", request))))
        .put(CLIENT + "/sendToDevice/m.room_key_request/1")
        .then()
        .statusCode(200);
    await(
        "the message arrives",
        () -> {
          List<Map<String, Object>> messages =
              bob.api().get(CLIENT + "/sync").then().extract().path("to_device.events");
          return messages != null
              && messages.size() == 1
              && messages.getFirst().get("sender").equals(alice.id());
        });
  }

  @Test
  void typingAndReceiptsAreSeenElsewhere() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    String room = create(alice, Map.of("preset", "public_chat"));
    bob.api()
        .body(Map.of())
        .post(CLIENT + "/join/" + room + "?via=" + here.serverName())
        .then()
        .statusCode(200);
    await("the join arrives", () -> "join".equals(membership(alice, room, bob.id())));
    String message = send(alice, room, "read");
    await("it arrives", () -> messages(bob, room).contains(message));
    bob.api()
        .body(Map.of("typing", true, "timeout", 60_000))
        .put(CLIENT + "/rooms/" + room + "/typing/" + bob.id())
        .then()
        .statusCode(200);
    bob.api()
        .body(Map.of())
        .post(CLIENT + "/rooms/" + room + "/receipt/m.read/" + message)
        .then()
        .statusCode(200);
    await(
        "both are seen",
        () -> {
          List<Map<String, Object>> seen =
              alice
                  .api()
                  .get(CLIENT + "/sync")
                  .then()
                  .extract()
                  .path("rooms.join.'" + room + "'.ephemeral.events");
          String text = String.valueOf(seen);
          return text.contains("m.typing") && text.contains("m.receipt") && text.contains(bob.id());
        });
  }

  private static Map<String, Object> presence(TestServer.User viewer, TestServer.User user) {
    return viewer
        .api()
        .get(CLIENT + "/presence/" + user.id() + "/status")
        .then()
        .extract()
        .jsonPath()
        .getMap("");
  }

  private static void setPresence(TestServer.User user, String presence, String status) {
    user.api()
        .body(Map.of("presence", presence, "status_msg", status))
        .put(CLIENT + "/presence/" + user.id() + "/status")
        .then()
        .statusCode(200);
  }

  /// "Servers should only send presence updates for users that the receiving server would be
  /// interested in. Such as the receiving server sharing a room with a given user."
  @Test
  void presenceIsSeenOnTheOtherServer() throws Exception {
    TestServer.User alice = here.register("alice");
    TestServer.User bob = there.register("bob");
    TestServer.User carol = there.register("carol");
    String room = create(alice, Map.of("preset", "public_chat"));
    setPresence(alice, "online", "before");
    setPresence(bob, "online", "hello");
    bob.api()
        .body(Map.of())
        .post(CLIENT + "/join/" + room + "?via=" + here.serverName())
        .then()
        .statusCode(200);
    await("who came is seen", () -> "hello".equals(presence(alice, bob).get("status_msg")));
    await("who was there is seen", () -> "before".equals(presence(bob, alice).get("status_msg")));
    setPresence(alice, "unavailable", "after");
    await("a change is seen", () -> "unavailable".equals(presence(bob, alice).get("presence")));
    assertThat(presence(bob, alice)).containsEntry("status_msg", "after");
    assertThat(presence(carol, alice)).containsEntry("errcode", "M_FORBIDDEN");
  }
}
