package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hearth.server.client.RoomSteps.V3;
import static org.hearth.server.client.RoomSteps.create;
import static org.hearth.server.client.RoomSteps.get;
import static org.hearth.server.client.RoomSteps.join;
import static org.hearth.server.client.RoomSteps.post;
import static org.hearth.server.client.RoomSteps.publicRoom;
import static org.hearth.server.client.RoomSteps.put;
import static org.hearth.server.client.RoomSteps.say;
import static org.hearth.server.client.RoomSteps.send;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Events and state, in rooms without encryption so that the tests can read them.
class RoomEventsTest {
  private static final TestServer HEARTH = TestServer.start("encryption.policy=off");

  @AfterAll
  static void stop() {
    HEARTH.close();
  }

  @Test
  void whatIsSentCanBeRead() {
    User alice = HEARTH.register("events");
    User bob = HEARTH.register("events");
    String room = publicRoom(alice);
    join(bob, room);
    String event = say(alice, room, "hello");
    get(bob, "/rooms/" + room + "/event/" + event)
        .statusCode(200)
        .body("content.body", equalTo("hello"))
        .body("sender", equalTo(alice.id()))
        .body("room_id", equalTo(room))
        .body("event_id", equalTo(event))
        .body("unsigned.transaction_id", nullValue());
    get(alice, "/rooms/" + room + "/event/" + event)
        .body("unsigned.transaction_id", notNullValue());
    User eve = HEARTH.register("events");
    get(eve, "/rooms/" + room + "/event/$nothing").statusCode(404);
  }

  @Test
  void aTransactionIsSentOnce() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    Map<String, String> content = Map.of("msgtype", "m.text", "body", "once");
    String first =
        send(alice, room, "m.room.message", "one", content).then().extract().path("event_id");
    send(alice, room, "m.room.message", "one", content)
        .then()
        .statusCode(200)
        .body("event_id", equalTo(first));
  }

  /// What is stored is wrapped into something else, and must be readable nevertheless: otherwise
  /// one event makes a room unreadable for all of its members.
  @Test
  void whatIsNestedTooDeeplyIsRefusedAndHarmsNobody() {
    User alice = HEARTH.register("events");
    User bob = HEARTH.register("events");
    String room = publicRoom(alice);
    join(bob, room);
    String state = V3 + "/rooms/" + room + "/state/a.deep/";
    String data = V3 + "/user/" + alice.id() + "/account_data/a.deep";
    for (int depth : List.of(101, 498, 499, 500)) {
      for (String path : List.of(state + depth, data))
        alice
            .api()
            .body(nested(depth))
            .put(path)
            .then()
            .statusCode(400)
            .body("errcode", equalTo("M_BAD_JSON"));
    }
    alice.api().body(nested(100)).put(state).then().statusCode(200);
    alice.api().body(nested(100)).put(data).then().statusCode(200);
    get(bob, "/rooms/" + room + "/messages?dir=b").statusCode(200);
    get(bob, "/sync").statusCode(200);
    get(alice, "/sync").statusCode(200);
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }

  @Test
  void othersCannotSend() {
    User alice = HEARTH.register("events");
    User eve = HEARTH.register("events");
    String room = create(alice, Map.of("preset", "private_chat"));
    send(eve, room, "m.room.message", Map.of("body", "x"))
        .then()
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
    send(eve, "!nothing:hearth.test", "m.room.message", Map.of("body", "x")).then().statusCode(403);
    get(eve, "/rooms/" + room + "/state").statusCode(403);
    get(eve, "/rooms/" + room + "/state/m.room.create").statusCode(403);
    get(eve, "/rooms/" + room + "/members").statusCode(403);
    get(eve, "/rooms/" + room + "/joined_members").statusCode(403);
    get(eve, "/rooms/" + room + "/messages?dir=b").statusCode(403);
    get(eve, "/rooms/" + room + "/initialSync").statusCode(403);
    get(eve, "/rooms/" + room + "/aliases").statusCode(403);
    put(eve, "/rooms/" + room + "/typing/" + eve.id(), Map.of("typing", true)).statusCode(403);
    put(eve, "/rooms/" + room + "/state/m.room.topic", Map.of("topic", "x")).statusCode(403);
  }

  @Test
  void largeEventsAreRefused() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    send(alice, room, "m.room.message", Map.of("body", "x".repeat(66_000)))
        .then()
        .statusCode(413)
        .body("errcode", equalTo("M_TOO_LARGE"));
    send(alice, room, "m.room.message", Map.of("body", 1.5))
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void stateHasKeysAndShapes() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String state = "/rooms/" + room + "/state/";
    put(alice, state + "m.room.topic", Map.of("topic", "one")).statusCode(200);
    put(alice, state + "m.room.topic/", Map.of("topic", "two"))
        .statusCode(200)
        .body("event_id", notNullValue());
    alice
        .api()
        .urlEncodingEnabled(false)
        .body(Map.of("v", 1))
        .put(V3 + state + "org.example.s/a%2Fb")
        .then()
        .statusCode(200);
    get(alice, state + "m.room.topic").body("topic", equalTo("two"));
    get(alice, state + "m.room.topic/?format=event")
        .body("type", equalTo("m.room.topic"))
        .body("state_key", equalTo(""))
        .body("content.topic", equalTo("two"));
    alice
        .api()
        .urlEncodingEnabled(false)
        .get(V3 + state + "org.example.s/a%2Fb")
        .then()
        .body("v", equalTo(1));
    get(alice, "/rooms/" + room + "/state").statusCode(200).body("type", hasItem("m.room.create"));
    get(alice, state + "org.example.nothing")
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
  }

  @Test
  void redactionTakesTheContent() {
    User alice = HEARTH.register("events");
    User bob = HEARTH.register("events");
    String room = publicRoom(alice);
    join(bob, room);
    String event = say(alice, room, "regret");
    put(bob, "/rooms/" + room + "/redact/" + event + "/r1", Map.of()).statusCode(403);
    put(alice, "/rooms/" + room + "/redact/" + event + "/r2", Map.of("reason", "oops"))
        .statusCode(200)
        .body("event_id", notNullValue());
    get(bob, "/rooms/" + room + "/event/" + event)
        .body("content.body", nullValue())
        .body("unsigned.redacted_because.content.reason", equalTo("oops"));
  }

  @Test
  void historyIsReadInPages() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    var sent = new ArrayList<String>();
    for (int i = 0; i < 25; i++) {
      sent.add(say(alice, room, "m" + i));
    }
    var read = new ArrayList<String>();
    String from = "";
    for (int pages = 0; pages < 10 && from != null; pages++) {
      var page =
          get(
                  alice,
                  "/rooms/"
                      + room
                      + "/messages?dir=b&limit=7"
                      + (from.isEmpty() ? "" : "&from=" + from))
              .statusCode(200)
              .extract();
      List<Map<String, ?>> chunk = page.path("chunk");
      assertThat(chunk.size()).isLessThanOrEqualTo(7);
      chunk.stream()
          .filter(event -> event.get("type").equals("m.room.message"))
          .forEach(event -> read.add((String) event.get("event_id")));
      from = page.path("end");
    }
    assertThat(read.reversed()).isEqualTo(sent);
    get(alice, "/rooms/" + room + "/messages?dir=x")
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    get(alice, "/rooms/" + room + "/messages?dir=b&limit=x").statusCode(400);
    get(alice, "/rooms/" + room + "/messages?dir=b&from=nonsense").statusCode(400);
  }

  @Test
  void anEventHasItsContext() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String before = say(alice, room, "before");
    String event = say(alice, room, "event");
    String after = say(alice, room, "after");
    get(alice, "/rooms/" + room + "/context/" + event + "?limit=2")
        .statusCode(200)
        .body("event.event_id", equalTo(event))
        .body("events_before[0].event_id", equalTo(before))
        .body("events_after[0].event_id", equalTo(after))
        .body("state", notNullValue());
    get(alice, "/rooms/" + room + "/context/$nothing").statusCode(404);
  }

  @Test
  void membersAreListed() {
    User alice = HEARTH.register("events");
    User bob = HEARTH.register("events");
    String room = publicRoom(alice);
    join(bob, room);
    post(bob, "/rooms/" + room + "/leave", Map.of()).statusCode(200);
    get(alice, "/rooms/" + room + "/members").body("chunk", hasSize(2));
    get(alice, "/rooms/" + room + "/members?membership=join")
        .body("chunk", hasSize(1))
        .body("chunk[0].state_key", equalTo(alice.id()));
    get(alice, "/rooms/" + room + "/members?not_membership=join").body("chunk", hasSize(1));
    get(alice, "/rooms/" + room + "/members?at=nonsense").statusCode(400);
  }

  @Test
  void receiptsTypingAndMarkersAreTaken() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String event = say(alice, room, "x");
    post(alice, "/rooms/" + room + "/receipt/m.read/" + event, Map.of()).statusCode(200);
    post(alice, "/rooms/" + room + "/receipt/nonsense/" + event, Map.of()).statusCode(400);
    post(alice, "/rooms/" + room + "/read_markers", Map.of("m.fully_read", event)).statusCode(200);
    get(alice, "/user/" + alice.id() + "/rooms/" + room + "/account_data/m.fully_read")
        .body("event_id", equalTo(event));
    String typing = "/rooms/" + room + "/typing/" + alice.id();
    put(alice, typing, Map.of("typing", true, "timeout", 1000)).statusCode(200);
    put(alice, typing, Map.of()).statusCode(400);
    put(alice, "/rooms/" + room + "/typing/@x:hearth.test", Map.of("typing", true)).statusCode(403);
  }

  @Test
  void aRoomAtAGlance() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String event = say(alice, room, "x");
    get(alice, "/rooms/" + room + "/initialSync")
        .statusCode(200)
        .body("room_id", equalTo(room))
        .body("membership", equalTo("join"))
        .body("visibility", equalTo("private"))
        .body("messages.chunk[-1].event_id", equalTo(event))
        .body("state.type", hasItem("m.room.create"));
  }

  @Test
  void eventsAreFoundByTime() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String event = say(alice, room, "x");
    String path = "/_matrix/client/v1/rooms/" + room + "/timestamp_to_event";
    alice
        .api()
        .get(path + "?dir=b&ts=" + (System.currentTimeMillis() + 60_000))
        .then()
        .statusCode(200)
        .body("event_id", equalTo(event));
    alice.api().get(path + "?dir=f&ts=99999999999999").then().statusCode(404);
  }

  @Test
  void reportsAreTaken() {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String event = say(alice, room, "x");
    post(alice, "/rooms/" + room + "/report/" + event, Map.of("reason", "spam")).statusCode(200);
    post(alice, "/rooms/" + room + "/report/$nothing", Map.of()).statusCode(404);
    post(alice, "/rooms/!nothing:hearth.test/report", Map.of("reason", "spam")).statusCode(200);
    post(alice, "/users/@x:hearth.test/report", Map.of("reason", "spam")).statusCode(200);
    post(alice, "/users/@x:hearth.test/report", Map.of("reason", 7)).statusCode(400);
  }

  @Test
  void suspendedAccountsOnlyRead() throws Exception {
    User alice = HEARTH.register("events");
    String room = create(alice, Map.of());
    String admin = RegistrationTest.administrator(HEARTH);
    String suspend = "/_matrix/client/v1/admin/suspend/" + alice.id();
    HEARTH.api(admin).body(Map.of("suspended", true)).put(suspend).then().statusCode(200);
    send(alice, room, "m.room.message", Map.of("body", "x"))
        .then()
        .statusCode(403)
        .body("errcode", equalTo("M_USER_SUSPENDED"));
    get(alice, "/rooms/" + room + "/state").statusCode(200);
    HEARTH.api(admin).body(Map.of("suspended", false)).put(suspend).then().statusCode(200);
    say(alice, room, "free again");

    String lock = "/_matrix/client/v1/admin/lock/" + alice.id();
    HEARTH.api(admin).body(Map.of("locked", true)).put(lock).then().statusCode(200);
    get(alice, "/account/whoami")
        .statusCode(401)
        .body("errcode", equalTo("M_USER_LOCKED"))
        .body("soft_logout", equalTo(true));
    post(alice, "/logout", Map.of()).statusCode(200);
  }
}
