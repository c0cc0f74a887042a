package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// "Whether the user would like their content to be erased as much as possible from the server."
class ErasureTest {
  private static final TestServer HEARTH = TestServer.start("encryption.policy=off");
  private final User alice = HEARTH.register("erased");
  private final User bob = HEARTH.register("reader");
  private final User carol = HEARTH.register("late");

  @AfterAll
  static void stop() {
    HEARTH.close();
  }

  private void end(User user, boolean erase) {
    user.api()
        .body(
            Map.of(
                "erase",
                erase,
                "auth",
                Map.of(
                    "type",
                    "m.login.password",
                    "identifier",
                    Map.of("type", "m.id.user", "user", user.id()),
                    "password",
                    TestServer.PASSWORD)))
        .post(RoomSteps.V3 + "/account/deactivate")
        .then()
        .statusCode(200);
  }

  /// "any users (or servers) which join the room after the erasure request are served redacted
  /// copies of the events sent by this user. Users which had visibility on those events prior to
  /// the erasure are still able to see unredacted copies of those events."
  @Test
  void whoComesLaterSeesRedactedCopies() {
    String room = RoomSteps.publicRoom(alice);
    RoomSteps.join(bob, room);
    String said = RoomSteps.say(alice, room, "words of alice");
    String answered = RoomSteps.say(bob, room, "words of bob");

    end(alice, true);
    RoomSteps.join(carol, room);

    String event = "/rooms/" + room + "/event/";
    RoomSteps.get(bob, event + said)
        .statusCode(200)
        .body("content.body", equalTo("words of alice"));
    RoomSteps.get(carol, event + said).statusCode(200).body("content", anEmptyMap());
    RoomSteps.get(carol, event + answered)
        .statusCode(200)
        .body("content.body", equalTo("words of bob"));
    String messages =
        RoomSteps.get(carol, "/rooms/" + room + "/messages?dir=b&limit=100")
            .statusCode(200)
            .extract()
            .asString();
    assertThat(messages).doesNotContain("words of alice").contains("words of bob");
    String sync = RoomSteps.get(carol, "/sync").statusCode(200).extract().asString();
    assertThat(sync).doesNotContain("words of alice").contains("words of bob");
  }

  @Test
  void withoutErasureEverybodySeesWhatTheRoomShows() {
    String room = RoomSteps.publicRoom(alice);
    RoomSteps.join(bob, room);
    String said = RoomSteps.say(alice, room, "words of alice");
    end(alice, false);
    RoomSteps.join(carol, room);
    RoomSteps.get(carol, "/rooms/" + room + "/event/" + said)
        .body("content.body", equalTo("words of alice"));
  }

  @Test
  void uploadsAndTheProfileAreGone() {
    String uri =
        alice
            .api()
            .contentType("text/plain")
            .body("a file of alice".getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .post("/_matrix/media/v3/upload")
            .then()
            .statusCode(200)
            .extract()
            .path("content_uri");
    String download = "/_matrix/client/v1/media/download/" + uri.substring("mxc://".length());
    bob.api().get(download).then().statusCode(200);
    alice
        .api()
        .body(Map.of("displayname", "Alice"))
        .put(RoomSteps.V3 + "/profile/" + alice.id() + "/displayname")
        .then()
        .statusCode(200);

    end(alice, true);

    bob.api().get(download).then().statusCode(404);
    bob.api().get(RoomSteps.V3 + "/profile/" + alice.id()).then().statusCode(404);
  }

  /// Somebody may ask for it when the account has ended long ago.
  @Test
  void anOperatorErasesAlsoAnAccountThatHasEnded() throws Exception {
    String room = RoomSteps.publicRoom(alice);
    RoomSteps.join(bob, room);
    String said = RoomSteps.say(alice, room, "words of alice");
    end(alice, false);
    Path key = HEARTH.directory().resolve("data/operator.key");
    String path = "/_hearth/admin/v1/erase";
    bob.api().body(Map.of("user_id", alice.id())).post(path).then().statusCode(403);

    var operator = Files.readString(key).strip();
    HEARTH.api(operator).body(Map.of("user_id", "@no:one")).post(path).then().statusCode(404);
    HEARTH.api(operator).body(Map.of("user_id", alice.id())).post(path).then().statusCode(200);

    RoomSteps.join(carol, room);
    RoomSteps.get(carol, "/rooms/" + room + "/event/" + said).body("content", anEmptyMap());
    RoomSteps.get(bob, "/rooms/" + room + "/event/" + said)
        .body("content.body", equalTo("words of alice"));
  }
}
