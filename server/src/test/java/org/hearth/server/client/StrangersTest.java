package org.hearth.server.client;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A room is closed to who is not in it, by every way in; and values of the wrong type are refused
/// by whatever takes them.
class StrangersTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static TestServer.User alice;
  private static TestServer.User eve;
  private static String room;
  private static String event;

  /// Status, errcode, method, path, body.
  private static final String OUTSIDE =
      """
      403 M_FORBIDDEN POST /v3/rooms/ROOM/invite {"user_id":"@x:hearth.test"}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/join {}
      403 M_FORBIDDEN POST /v3/join/ROOM {}
      403 M_FORBIDDEN POST /v3/knock/ROOM {}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/leave {}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/kick {"user_id":"ALICE"}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/ban {"user_id":"ALICE"}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/unban {"user_id":"ALICE"}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/upgrade {"new_version":"12"}
      403 M_FORBIDDEN GET /v3/rooms/ROOM/state
      403 M_FORBIDDEN GET /v3/rooms/ROOM/state/m.room.create
      403 M_FORBIDDEN GET /v3/rooms/ROOM/members
      403 M_FORBIDDEN GET /v3/rooms/ROOM/joined_members
      403 M_FORBIDDEN GET /v3/rooms/ROOM/messages
      403 M_FORBIDDEN GET /v3/rooms/ROOM/aliases
      403 M_FORBIDDEN GET /v3/rooms/ROOM/initialSync
      404 M_NOT_FOUND GET /v3/rooms/ROOM/event/EVENT
      404 M_NOT_FOUND GET /v3/rooms/ROOM/context/EVENT
      404 M_NOT_FOUND GET /v1/rooms/ROOM/relations/EVENT
      403 M_FORBIDDEN GET /v1/rooms/ROOM/threads
      403 M_FORBIDDEN PUT /v3/rooms/ROOM/send/m.reaction/1 {}
      403 M_FORBIDDEN PUT /v3/rooms/ROOM/state/m.room.topic {"topic":"x"}
      403 M_FORBIDDEN PUT /v3/rooms/ROOM/redact/EVENT/1 {}
      403 M_FORBIDDEN PUT /v3/rooms/ROOM/typing/EVE {"typing":true}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/receipt/m.read/EVENT {}
      403 M_FORBIDDEN POST /v3/rooms/ROOM/read_markers {"m.read":"EVENT"}
      403 M_FORBIDDEN PUT /v3/directory/list/room/ROOM {"visibility":"public"}
      403 M_FORBIDDEN PUT /v3/directory/room/#strangers:hearth.test {"room_id":"ROOM"}
      """;

  private static final String WRONG_TYPES =
      """
      400 M_BAD_JSON POST /v3/createRoom {"preset":7}
      400 M_BAD_JSON POST /v3/createRoom {"invite":"@x:hearth.test"}
      400 M_BAD_JSON POST /v3/createRoom {"initial_state":{}}
      400 M_BAD_JSON POST /v3/rooms/ROOM/invite {"user_id":7}
      400 M_BAD_JSON POST /v3/rooms/ROOM/invite {"user_id":"nobody"}
      400 M_BAD_JSON POST /v3/rooms/ROOM/kick {"user_id":[]}
      400 M_BAD_JSON POST /v3/rooms/ROOM/ban {"user_id":{}}
      400 M_BAD_JSON POST /v3/rooms/ROOM/unban {"user_id":false}
      400 M_BAD_JSON POST /v3/rooms/ROOM/upgrade {"new_version":12}
      400 M_BAD_JSON PUT /v3/rooms/ROOM/typing/ALICE {"typing":"yes"}
      400 M_BAD_JSON PUT /v3/rooms/ROOM/typing/ALICE {"typing":true,"timeout":"long"}
      400 M_BAD_JSON POST /v3/rooms/ROOM/receipt/m.read/EVENT {"thread_id":7}
      400 M_BAD_JSON POST /v3/rooms/ROOM/read_markers {"m.read":7}
      400 M_BAD_JSON PUT /v3/directory/room/#strangers:hearth.test {"room_id":7}
      400 M_BAD_JSON PUT /v3/directory/list/room/ROOM {"visibility":7}
      400 M_BAD_JSON POST /v3/publicRooms {"limit":"many"}
      400 M_BAD_JSON POST /v3/user_directory/search {"search_term":7}
      400 M_INVALID_PARAM PUT /v3/profile/ALICE/displayname {"displayname":7}
      400 M_INVALID_PARAM PUT /v3/profile/ALICE/avatar_url {"avatar_url":{}}
      400 M_BAD_JSON PUT /v3/user/ALICE/rooms/ROOM/tags/u.x {"order":"first"}
      400 M_BAD_JSON POST /v3/user/ALICE/filter {"room":7}
      400 M_BAD_JSON PUT /v3/pushrules/global/override/x/enabled {"enabled":"yes"}
      400 M_MISSING_PARAM POST /v3/pushers/set {"pushkey":7}
      400 M_BAD_JSON POST /v3/login {"type":7}
      400 M_BAD_JSON POST /v3/refresh {"refresh_token":7}
      400 M_BAD_JSON POST /v3/account/password {"new_password":7}
      400 M_BAD_JSON PUT /v3/presence/ALICE/status {"presence":[]}
      400 M_BAD_JSON POST /v3/keys/query {"device_keys":[]}
      400 M_BAD_JSON PUT /v3/sendToDevice/m.dummy/1 {"messages":[]}
      400 M_INVALID_PARAM GET /v3/rooms/ROOM/messages?limit=many
      400 M_INVALID_PARAM GET /v3/rooms/ROOM/messages?dir=up
      400 M_INVALID_PARAM GET /v3/rooms/ROOM/messages?filter=x
      400 M_INVALID_PARAM GET /v3/rooms/ROOM/context/EVENT?limit=-1
      400 M_INVALID_PARAM GET /v3/sync?timeout=soon
      400 M_INVALID_PARAM GET /v3/sync?full_state=perhaps
      400 M_INVALID_PARAM GET /v3/sync?since=yesterday
      400 M_INVALID_PARAM GET /v1/rooms/ROOM/timestamp_to_event?ts=now&dir=f
      """;

  record Case(int status, String errcode, String method, String path, String body) {
    static Case of(String line) {
      String[] parts = line.split(" ", 5);
      return new Case(
          Integer.parseInt(parts[0]),
          parts[1],
          parts[2],
          parts[3],
          parts.length < 5 ? "" : parts[4]);
    }

    @Override
    public String toString() {
      return method + " " + path + " " + body;
    }
  }

  static List<Case> outside() {
    return Arrays.stream(OUTSIDE.split("\n")).map(Case::of).toList();
  }

  static List<Case> wrongTypes() {
    return Arrays.stream(WRONG_TYPES.split("\n")).map(Case::of).toList();
  }

  @BeforeAll
  static void people() {
    alice = HEARTH.register("strangers");
    eve = HEARTH.register("strangers");
    room = RoomSteps.create(alice, Map.of("preset", "private_chat"));
    event =
        RoomSteps.get(alice, "/rooms/" + room + "/messages?limit=1")
            .extract()
            .path("chunk[0].event_id");
  }

  private static void check(TestServer.User user, Case one) {
    var api = user.api();
    if (!one.body().isEmpty()) api = api.body(filled(one.body()));
    String[] address = one.path().split("\\?", 2);
    if (address.length == 2) {
      for (String pair : address[1].split("&")) {
        String[] parameter = pair.split("=", 2);
        api = api.queryParam(parameter[0], parameter[1]);
      }
    }
    api.request(one.method(), "/_matrix/client" + filled(address[0]))
        .then()
        .statusCode(one.status())
        .body("errcode", equalTo(one.errcode()))
        .body("error", notNullValue());
  }

  private static String filled(String text) {
    return text.replace("ROOM", room)
        .replace("EVENT", event)
        .replace("ALICE", alice.id())
        .replace("EVE", eve.id());
  }

  @ParameterizedTest
  @MethodSource("outside")
  void whoIsNotInTheRoomIsRefused(Case one) {
    check(eve, one);
  }

  @ParameterizedTest
  @MethodSource("wrongTypes")
  void valuesOfTheWrongTypeAreRefused(Case one) {
    check(alice, one);
  }

  /// The same as in a room that there is: who is outside must not learn which there are.
  @Test
  void aRoomThatIsNotThereLooksTheSame() {
    String nowhere = "/rooms/!nowhere:hearth.test";
    for (String rest : List.of("/state", "/members", "/messages", "/joined_members"))
      RoomSteps.get(eve, nowhere + rest).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));
  }
}
