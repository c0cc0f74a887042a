package org.hearth.server;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Two users of one server, from the first login to the first message: the whole way through every
/// part.
class ConversationTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String CLIENT = "/_matrix/client/v3";
  private static final Map<String, Object> CIPHERTEXT =
      Map.of(
          "algorithm", "m.megolm.v1.aes-sha2",
          "ciphertext", "AwgAEpABm6lbsVTGqQhsvjTmJhSdNQTcO3nJ0gHC",
          "sender_key", "Szl29ksW/L8yZGWAX+8dY1XyFi+i5wm+DRhTGkbMiwU",
          "device_id", "ABC",
          "session_id", "WBvMMjVPhOoSBoYXiDXKbXTNIOhQDIiFYpwoyQkDQ7s");

  @Test
  void aliceInvitesBobWhoReadsWhatSheWrote() {
    TestServer.User alice = HEARTH.register("alice");
    TestServer.User bob = HEARTH.register("bob");
    String room =
        alice
            .api()
            .body(Map.of("preset", "trusted_private_chat", "invite", List.of(bob.id())))
            .post(CLIENT + "/createRoom")
            .then()
            .statusCode(200)
            .extract()
            .path("room_id");

    String invited =
        bob.api()
            .get(CLIENT + "/sync")
            .then()
            .statusCode(200)
            .body("rooms.invite.size()", equalTo(1))
            .extract()
            .path("next_batch");
    bob.api().body(Map.of()).post(CLIENT + "/join/" + room).then().statusCode(200);
    String event =
        alice
            .api()
            .body(CIPHERTEXT)
            .put(CLIENT + "/rooms/" + room + "/send/m.room.encrypted/1")
            .then()
            .statusCode(200)
            .extract()
            .path("event_id");

    bob.api()
        .queryParam("since", invited)
        .get(CLIENT + "/sync")
        .then()
        .statusCode(200)
        .body("rooms.join.'" + room + "'.timeline.events[-1].event_id", equalTo(event))
        .body(
            "rooms.join.'" + room + "'.timeline.events[-1].content.ciphertext",
            equalTo(CIPHERTEXT.get("ciphertext")));
  }

  @Test
  void whatIsNotEncryptedIsRefusedWithASentence() {
    TestServer.User alice = HEARTH.register("alice");
    String room =
        alice.api().body(Map.of()).post(CLIENT + "/createRoom").then().extract().path("room_id");

    alice
        .api()
        .body(Map.of("msgtype", "m.text", "body", "in clear"))
        .put(CLIENT + "/rooms/" + room + "/send/m.room.message/1")
        .then()
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"))
        .body("error.length() > 40", equalTo(true));
    alice.api().get(CLIENT + "/joined_rooms").then().body("joined_rooms", hasSize(1));
  }
}
