package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hearth.server.client.RoomSteps.V3;
import static org.hearth.server.client.RoomSteps.create;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.invite;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.post;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.put;
import static org.hearth.server.client.RoomSteps.send;

import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// What curious users and careless clients try with the API: reading rooms that they are not in,
/// and taking the encryption of a room back.
class LoopholesTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String MEGOLM = "m.megolm.v1.aes-sha2";

  /// "Redacting" m.room.encryption would leave it without its algorithm.
  @Test
  void encryptionIsNotTakenBackByARedaction() {
    User alice = HEARTH.register("loophole");
    for (String version : List.of("10", "11", "12")) {
      String room = create(alice, Map.of("room_version", version));
      String event =
          get(alice, "/rooms/" + room + "/state")
              .extract()
              .path("find { it.type == 'm.room.encryption' }.event_id");
      put(alice, "/rooms/" + room + "/redact/" + event + "/1", Map.of())
          .statusCode(403)
          .body("error", containsString("taken back"));
      send(alice, room, "m.room.redaction", Map.of("redacts", event)).then().statusCode(403);
      get(alice, "/rooms/" + room + "/state/m.room.encryption").body("algorithm", equalTo(MEGOLM));
    }
  }

  @Test
  void aSecondEncryptionEventDoesNotReplaceTheFirstAtCreation() {
    User alice = HEARTH.register("loophole");
    post(
            alice,
            "/createRoom",
            Map.of("initial_state", List.of(encryption(MEGOLM), encryption("x"))))
        .statusCode(403);
    create(alice, Map.of("initial_state", List.of(encryption(MEGOLM))));
  }

  @Test
  void keysOfANewRoomLiveNoLongerThanUsual() {
    User alice = HEARTH.register("loophole");
    var content = Map.of("algorithm", MEGOLM, "rotation_period_ms", 1_000_000_000_000_000L);
    var event = Map.of("type", "m.room.encryption", "content", content);
    post(alice, "/createRoom", Map.of("initial_state", List.of(event)))
        .statusCode(403)
        .body("error", containsString("live longer"));
  }

  @Test
  void theFirstStateOfARoomIsNoWayForWordsInClear() {
    User alice = HEARTH.register("loophole");
    for (String type : List.of("m.room.message", "m.sticker", "m.room.encrypted")) {
      var event = Map.of("type", type, "content", Map.of("msgtype", "m.text", "body", "in clear"));
      post(alice, "/createRoom", Map.of("initial_state", List.of(event)))
          .statusCode(403)
          .body("errcode", equalTo("M_FORBIDDEN"));
    }
  }

  @Test
  void anUpgradedRoomIsEncrypted() {
    User alice = HEARTH.register("loophole");
    String old = create(alice, Map.of("room_version", "11"));
    String room =
        post(alice, "/rooms/" + old + "/upgrade", Map.of("new_version", "12"))
            .statusCode(200)
            .extract()
            .path("replacement_room");
    get(alice, "/rooms/" + room + "/state/m.room.encryption").body("algorithm", equalTo(MEGOLM));
  }

  private static Map<String, ?> encryption(String algorithm) {
    return Map.of("type", "m.room.encryption", "content", Map.of("algorithm", algorithm));
  }

  /// State is for members, and for those who were members once.
  @Test
  void whoNeverWasInARoomDoesNotGetItsStateByLeavingIt() {
    User alice = HEARTH.register("loophole");
    User bob = HEARTH.register("loophole");
    User carol = HEARTH.register("loophole");
    String room = create(alice, Map.of("preset", "private_chat", "topic", "secret plans"));
    String since = get(carol, "/sync").extract().path("next_batch");
    invite(alice, room, bob);
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    post(alice, "/rooms/" + room + "/ban", Map.of("user_id", carol.id())).statusCode(200);
    String rejected = bob.api().queryParam("filter", LEFT_ROOMS).get(V3 + "/sync").asString();
    assertThat(rejected).contains(room).doesNotContain("secret plans");
    String banned = carol.api().get(V3 + "/sync?since=" + since).asString();
    assertThat(banned).contains(room).doesNotContain("secret plans");
  }

  @Test
  void whoTakesNoInvitesGetsNoneByWayOfTheStateEither() {
    User alice = HEARTH.register("loophole");
    User bob = HEARTH.register("loophole");
    put(
            bob,
            "/user/" + bob.id() + "/account_data/m.invite_permission_config",
            Map.of("default_action", "block"))
        .statusCode(200);
    String room = create(alice, Map.of());
    put(alice, "/rooms/" + room + "/state/m.room.member/" + bob.id(), INVITE)
        .statusCode(403)
        .body("errcode", equalTo("M_INVITE_BLOCKED"));
  }

  private static final Map<String, String> INVITE = Map.of("membership", "invite");

  private static final String LEFT_ROOMS = "{\"room\":{\"include_leave\":true}}";

  /// "If the user has left the room then this will be the members of the room when they left."
  @Test
  void whoLeftDoesNotSeeWhoCameLater() {
    User alice = HEARTH.register("loophole");
    User bob = HEARTH.register("loophole");
    User carol = HEARTH.register("loophole");
    String room = publicRoom(alice);
    join(bob, room);
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    join(carol, room);
    String later = get(alice, "/sync").extract().path("next_batch");
    String members = get(bob, "/rooms/" + room + "/members?at=" + later).extract().asString();
    assertThat(members).contains(alice.id()).doesNotContain(carol.id());
  }
}
