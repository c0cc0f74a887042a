package org.hearth.server.client;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hearth.server.client.RoomSteps.create;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.invite;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.post;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.put;

import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.Test;

/// Creating rooms, and who is in them.
class MembershipsTest {
  private static final TestServer HEARTH = TestServer.shared();

  @Test
  void roomsAreMadeAsAsked() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String room =
        create(
            alice,
            Map.of(
                "preset",
                "private_chat",
                "name",
                "Planning",
                "topic",
                "What is next",
                "invite",
                List.of(bob.id()),
                "initial_state",
                List.of(Map.of("type", "org.example.s", "content", Map.of("a", 1))),
                "power_level_content_override",
                Map.of("ban", 77)));
    String state = "/rooms/" + room + "/state/";
    get(alice, state + "m.room.name").body("name", equalTo("Planning"));
    get(alice, state + "m.room.topic/").body("topic", equalTo("What is next"));
    get(alice, state + "m.room.join_rules").body("join_rule", equalTo("invite"));
    get(alice, state + "m.room.power_levels").body("ban", equalTo(77));
    get(alice, state + "org.example.s").body("a", equalTo(1));
    get(alice, state + "m.room.create").body("room_version", equalTo("12"));
    get(alice, state + "m.room.member/" + bob.id()).body("membership", equalTo("invite"));
  }

  @Test
  void roomsOfLocalUsersAreEncrypted() {
    User alice = HEARTH.register("rooms");
    String room = create(alice, Map.of());
    get(alice, "/rooms/" + room + "/state/m.room.encryption")
        .statusCode(200)
        .body("algorithm", equalTo("m.megolm.v1.aes-sha2"));
    RoomSteps.send(alice, room, "m.room.message", Map.of("msgtype", "m.text", "body", "hi"))
        .then()
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
  }

  @Test
  void badRoomsAreRefused() {
    User alice = HEARTH.register("rooms");
    post(alice, "/createRoom", Map.of("room_version", "77"))
        .statusCode(400)
        .body("errcode", equalTo("M_UNSUPPORTED_ROOM_VERSION"));
    post(alice, "/createRoom", Map.of("name", 7))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    post(alice, "/createRoom", Map.of("preset", "nonsense")).statusCode(400);
    post(alice, "/createRoom", Map.of("invite", List.of("nobody"))).statusCode(400);
    String alias = alice.localpart();
    create(alice, Map.of("room_alias_name", alias));
    post(alice, "/createRoom", Map.of("room_alias_name", alias))
        .statusCode(400)
        .body("errcode", equalTo("M_ROOM_IN_USE"));
  }

  @Test
  void invitedUsersJoinAndOthersDoNot() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    User eve = HEARTH.register("rooms");
    String room = create(alice, Map.of("preset", "private_chat"));
    invite(alice, room, bob);
    join(bob, room);
    get(bob, "/joined_rooms").body("joined_rooms", hasItem(room));
    get(bob, "/rooms/" + room + "/joined_members")
        .body("joined", hasKey(alice.id()))
        .body("joined", hasKey(bob.id()));
    post(eve, "/rooms/" + room + "/join", Map.of())
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
    post(eve, "/rooms/" + room + "/invite", Map.of("user_id", eve.id())).statusCode(403);
    post(alice, "/rooms/" + room + "/invite", Map.of())
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    post(alice, "/rooms/" + room + "/invite", Map.of("user_id", "bob")).statusCode(400);
  }

  @Test
  void unknownRoomsCannotBeJoined() {
    User alice = HEARTH.register("rooms");
    post(alice, "/join/!nothing:hearth.test", Map.of()).statusCode(404);
    post(alice, "/join/%23nothing:hearth.test", Map.of()).statusCode(400);
    alice
        .api()
        .urlEncodingEnabled(false)
        .body(Map.of())
        .post(RoomSteps.V3 + "/join/%23nothing:hearth.test")
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
  }

  @Test
  void whoLeftMayForget() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String room = publicRoom(alice);
    join(bob, room);
    post(bob, "/rooms/" + room + "/forget", Map.of()).statusCode(400);
    post(bob, "/rooms/" + room + "/leave", Map.of("reason", "done")).statusCode(200);
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    post(bob, "/rooms/" + room + "/forget", Map.of()).statusCode(200);
    get(bob, "/joined_rooms").body("joined_rooms", not(hasItem(room)));
    User eve = HEARTH.register("rooms");
    post(eve, "/rooms/" + room + "/leave", Map.of()).statusCode(403);
  }

  @Test
  void moderatorsKickAndBan() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String room = publicRoom(alice);
    join(bob, room);
    Map<String, String> target = Map.of("user_id", bob.id(), "reason", "spam");
    post(bob, "/rooms/" + room + "/kick", Map.of("user_id", alice.id()))
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
    post(alice, "/rooms/" + room + "/kick", target).statusCode(200);
    post(alice, "/rooms/" + room + "/kick", target).statusCode(403);
    join(bob, room);
    post(alice, "/rooms/" + room + "/ban", target).statusCode(200);
    get(alice, "/rooms/" + room + "/state/m.room.member/" + bob.id())
        .body("membership", equalTo("ban"))
        .body("reason", equalTo("spam"));
    post(bob, "/rooms/" + room + "/join", Map.of()).statusCode(403);
    post(alice, "/rooms/" + room + "/unban", target).statusCode(200);
    join(bob, room);
    post(alice, "/rooms/" + room + "/ban", Map.of())
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
  }

  @Test
  void knocksAreAnsweredByInvites() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String room =
        create(
            alice,
            Map.of(
                "initial_state",
                List.of(
                    Map.of("type", "m.room.join_rules", "content", Map.of("join_rule", "knock")))));
    post(bob, "/knock/" + room, Map.of("reason", "please"))
        .statusCode(200)
        .body("room_id", equalTo(room));
    invite(alice, room, bob);
    join(bob, room);
    String closed = create(alice, Map.of("preset", "private_chat"));
    post(bob, "/knock/" + closed, Map.of()).statusCode(403);
  }

  @Test
  void aliasesPointToRooms() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String room = publicRoom(alice);
    String alias = "/directory/room/#" + alice.localpart() + ":hearth.test";
    get(bob, alias).statusCode(404).body("errcode", equalTo("M_NOT_FOUND"));
    put(bob, alias, Map.of("room_id", room)).statusCode(403);
    put(alice, alias, Map.of("room_id", room)).statusCode(200);
    put(alice, alias, Map.of("room_id", room)).statusCode(409);
    put(alice, alias, Map.of()).statusCode(400);
    get(bob, alias).statusCode(200).body("room_id", equalTo(room));
    get(alice, "/rooms/" + room + "/aliases")
        .body("aliases", hasItem("#" + alice.localpart() + ":hearth.test"));
    post(bob, "/join/#" + alice.localpart() + ":hearth.test", Map.of())
        .statusCode(200)
        .body("room_id", equalTo(room));
    bob.api().delete(RoomSteps.V3 + alias).then().statusCode(403);
    alice.api().delete(RoomSteps.V3 + alias).then().statusCode(200);
    get(bob, alias).statusCode(404);
  }

  @Test
  void publishedRoomsAreListed() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String name = "Room of " + alice.localpart();
    String room =
        create(alice, Map.of("visibility", "public", "preset", "public_chat", "name", name));
    String visibility = "/directory/list/room/" + room;
    get(bob, visibility).body("visibility", equalTo("public"));
    post(bob, "/publicRooms", Map.of("filter", Map.of("generic_search_term", name)))
        .statusCode(200)
        .body("chunk[0].room_id", equalTo(room))
        .body("chunk[0].num_joined_members", equalTo(1));
    get(bob, "/publicRooms?limit=1").statusCode(200).body("chunk.size()", equalTo(1));
    put(bob, visibility, Map.of("visibility", "private")).statusCode(403);
    put(alice, visibility, Map.of("visibility", "private")).statusCode(200);
    get(bob, visibility).body("visibility", equalTo("private"));
    post(bob, "/publicRooms", Map.of("filter", "x"))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void upgradedRoomsPointToTheirSuccessor() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    String room = create(alice, Map.of("room_version", "11", "preset", "public_chat"));
    join(bob, room);
    post(bob, "/rooms/" + room + "/upgrade", Map.of("new_version", "12")).statusCode(403);
    String next =
        post(alice, "/rooms/" + room + "/upgrade", Map.of("new_version", "12"))
            .statusCode(200)
            .extract()
            .path("replacement_room");
    get(alice, "/rooms/" + room + "/state/m.room.tombstone")
        .body("replacement_room", equalTo(next));
    get(alice, "/rooms/" + next + "/state/m.room.create")
        .body("predecessor.room_id", equalTo(room));
    post(alice, "/rooms/" + room + "/upgrade", Map.of("new_version", "77"))
        .statusCode(400)
        .body("errcode", equalTo("M_UNSUPPORTED_ROOM_VERSION"));
  }

  @Test
  void peopleInSharedRoomsAreFound() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    put(bob, "/profile/" + bob.id() + "/displayname", Map.of("displayname", "Bobby Tables"))
        .statusCode(200);
    String search = "/user_directory/search";
    post(alice, search, Map.of("search_term", "tables"))
        .statusCode(200)
        .body("results.user_id", not(hasItem(bob.id())));
    String room = publicRoom(alice);
    join(bob, room);
    post(alice, search, Map.of("search_term", "tables"))
        .body("results.user_id", hasItem(bob.id()))
        .body("limited", equalTo(false));
    post(alice, search, Map.of()).statusCode(400).body("errcode", equalTo("M_MISSING_PARAM"));
  }

  @Test
  void whoBlocksInvitesGetsNone() {
    User alice = HEARTH.register("rooms");
    User bob = HEARTH.register("rooms");
    put(
            bob,
            "/user/" + bob.id() + "/account_data/m.invite_permission_config",
            Map.of("default_action", "block"))
        .statusCode(200);
    String room = create(alice, Map.of());
    post(alice, "/rooms/" + room + "/invite", Map.of("user_id", bob.id()))
        .statusCode(403)
        .body("errcode", equalTo("M_INVITE_BLOCKED"));
  }

  @Test
  void aNewNameReachesTheRooms() throws InterruptedException {
    User alice = HEARTH.register("rooms");
    String room = create(alice, Map.of());
    put(alice, "/profile/" + alice.id() + "/displayname", Map.of("displayname", "Alice II"))
        .statusCode(200);
    String member = "/rooms/" + room + "/state/m.room.member/" + alice.id();
    for (int i = 0; i < 100; i++) {
      if ("Alice II".equals(get(alice, member).extract().path("displayname"))) {
        return;
      }
      Thread.sleep(50);
    }
    get(alice, member).body("displayname", equalTo("Alice II"));
  }
}
