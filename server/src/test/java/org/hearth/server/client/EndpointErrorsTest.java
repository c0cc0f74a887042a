package org.hearth.server.client;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The errors that every endpoint has in common, on each of them.
class EndpointErrorsTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String ROOM = "!room:hearth.test";
  private static TestServer.User alice;

  /// One endpoint: method, path, and what its body is (or `-` if it has none).
  record Endpoint(String method, String path) {
    static Endpoint of(String line) {
      String[] parts = line.split(" ", 2);
      return new Endpoint(parts[0], "/_matrix/client" + parts[1]);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private static final String WITH_TOKEN_AND_BODY =
      """
      PUT /v3/devices/X
      POST /v3/delete_devices
      POST /v3/account/password
      POST /v3/account/3pid/add
      POST /v3/account/3pid/delete
      PUT /v1/admin/lock/@x:hearth.test
      PUT /v1/admin/suspend/@x:hearth.test
      PUT /v3/profile/@x:hearth.test/displayname
      PUT /v3/user/@x:hearth.test/account_data/a.b
      PUT /v3/user/@x:hearth.test/rooms/ROOM/account_data/a.b
      PUT /v3/user/@x:hearth.test/rooms/ROOM/tags/u.x
      POST /v3/user/@x:hearth.test/filter
      PUT /v3/pushrules/global/override/x
      PUT /v3/pushrules/global/override/x/enabled
      PUT /v3/pushrules/global/override/x/actions
      POST /v3/pushers/set
      POST /v3/createRoom
      POST /v3/join/ROOM
      POST /v3/knock/ROOM
      POST /v3/rooms/ROOM/invite
      POST /v3/rooms/ROOM/join
      POST /v3/rooms/ROOM/leave
      POST /v3/rooms/ROOM/kick
      POST /v3/rooms/ROOM/ban
      POST /v3/rooms/ROOM/unban
      POST /v3/rooms/ROOM/upgrade
      POST /v3/rooms/ROOM/report
      POST /v3/rooms/ROOM/report/$e
      POST /v3/users/@x:hearth.test/report
      POST /v3/rooms/ROOM/read_markers
      POST /v3/rooms/ROOM/receipt/m.read/$e
      PUT /v3/rooms/ROOM/send/m.room.message/1
      PUT /v3/rooms/ROOM/state/m.room.topic
      PUT /v3/rooms/ROOM/state/m.room.topic/x
      PUT /v3/rooms/ROOM/redact/$e/1
      PUT /v3/rooms/ROOM/typing/@x:hearth.test
      PUT /v3/directory/room/#x:hearth.test
      PUT /v3/directory/list/room/ROOM
      POST /v3/publicRooms
      POST /v3/user_directory/search
      """;

  private static final String WITH_TOKEN =
      """
      POST /v1/login/get_token
      POST /v3/logout
      POST /v3/logout/all
      GET /v3/account/whoami
      GET /v3/account/3pid
      POST /v3/account/deactivate
      GET /v3/devices
      GET /v3/devices/X
      DELETE /v3/devices/X
      GET /v3/capabilities
      GET /v3/admin/whois/@x:hearth.test
      GET /v1/admin/lock/@x:hearth.test
      GET /v1/admin/suspend/@x:hearth.test
      POST /v3/user/@x:hearth.test/openid/request_token
      DELETE /v3/profile/@x:hearth.test/displayname
      GET /v3/user/@x:hearth.test/account_data/a.b
      GET /v3/user/@x:hearth.test/rooms/ROOM/account_data/a.b
      GET /v3/user/@x:hearth.test/rooms/ROOM/tags
      DELETE /v3/user/@x:hearth.test/rooms/ROOM/tags/u.x
      GET /v3/user/@x:hearth.test/filter/1
      GET /v3/pushrules/
      GET /v3/pushrules/global/
      GET /v3/pushrules/global/override/x
      DELETE /v3/pushrules/global/override/x
      GET /v3/pushrules/global/override/x/enabled
      GET /v3/pushrules/global/override/x/actions
      GET /v3/pushers
      GET /v3/sync
      GET /v3/joined_rooms
      GET /v3/rooms/ROOM/state
      GET /v3/rooms/ROOM/state/m.room.topic
      GET /v3/rooms/ROOM/members
      GET /v3/rooms/ROOM/joined_members
      GET /v3/rooms/ROOM/messages
      GET /v3/rooms/ROOM/context/$e
      GET /v3/rooms/ROOM/event/$e
      GET /v3/rooms/ROOM/aliases
      GET /v3/rooms/ROOM/initialSync
      GET /v1/rooms/ROOM/timestamp_to_event
      POST /v3/rooms/ROOM/forget
      DELETE /v3/directory/room/#x:hearth.test
      """;

  private static final String WITH_BODY =
      """
      POST /v3/register
      POST /v3/register/email/requestToken
      POST /v3/register/msisdn/requestToken
      POST /v3/login
      POST /v3/refresh
      POST /v3/account/password/email/requestToken
      POST /v3/account/password/msisdn/requestToken
      POST /v3/account/3pid/email/requestToken
      POST /v3/account/3pid/msisdn/requestToken
      """;

  /// Of somebody else's, or for administrators only.
  private static final String FORBIDDEN =
      """
      GET /v3/admin/whois/@x:hearth.test
      GET /v1/admin/lock/@x:hearth.test
      PUT /v1/admin/suspend/@x:hearth.test
      PUT /v3/profile/@x:hearth.test/displayname
      DELETE /v3/profile/@x:hearth.test/displayname
      POST /v3/user/@x:hearth.test/openid/request_token
      PUT /v3/user/@x:hearth.test/account_data/a.b
      GET /v3/user/@x:hearth.test/account_data/a.b
      PUT /v3/user/@x:hearth.test/rooms/ROOM/account_data/a.b
      GET /v3/user/@x:hearth.test/rooms/ROOM/account_data/a.b
      GET /v3/user/@x:hearth.test/rooms/ROOM/tags
      PUT /v3/user/@x:hearth.test/rooms/ROOM/tags/u.x
      DELETE /v3/user/@x:hearth.test/rooms/ROOM/tags/u.x
      POST /v3/user/@x:hearth.test/filter
      GET /v3/user/@x:hearth.test/filter/1
      """;

  @BeforeAll
  static void register() {
    alice = HEARTH.register("errors");
  }

  static List<Endpoint> needingTokens() {
    return Stream.concat(lines(WITH_TOKEN), lines(WITH_TOKEN_AND_BODY)).toList();
  }

  static List<Endpoint> takingBodies() {
    return Stream.concat(lines(WITH_BODY), lines(WITH_TOKEN_AND_BODY)).toList();
  }

  static List<Endpoint> forbidden() {
    return lines(FORBIDDEN).toList();
  }

  private static Stream<Endpoint> lines(String text) {
    return Arrays.stream(text.replace("ROOM", ROOM).split("\n")).map(Endpoint::of);
  }

  @ParameterizedTest
  @MethodSource("needingTokens")
  void withoutAToken(Endpoint endpoint) {
    error(call(HEARTH.api(), endpoint, "{}"), 401, "M_MISSING_TOKEN");
  }

  @ParameterizedTest
  @MethodSource("needingTokens")
  void withAnUnknownToken(Endpoint endpoint) {
    error(call(HEARTH.api("hat_nonsense"), endpoint, "{}"), 401, "M_UNKNOWN_TOKEN")
        .body("soft_logout", is(false));
  }

  @ParameterizedTest
  @MethodSource("takingBodies")
  void withMalformedJson(Endpoint endpoint) {
    error(call(alice.api(), endpoint, "{\"a\":"), 400, "M_NOT_JSON", "M_FORBIDDEN");
  }

  @ParameterizedTest
  @MethodSource("takingBodies")
  void withSomethingElseThanAnObject(Endpoint endpoint) {
    error(call(alice.api(), endpoint, "[1]"), 400, "M_BAD_JSON", "M_FORBIDDEN");
  }

  @ParameterizedTest
  @MethodSource("takingBodies")
  void withABodyThatIsTooLarge(Endpoint endpoint) {
    String body = "{\"a\":\"" + "x".repeat(300_000) + "\"}";
    error(call(alice.api(), endpoint, body), 413, "M_TOO_LARGE");
  }

  /// "`M_TOO_LARGE`: The request or entity was too large", also where people may write only
  /// encrypted: a topic of 100 kB is not forbidden, it is no event.
  @Test
  void withAnEventThatIsTooLarge() {
    String topic =
        "/_matrix/client/v3/rooms/" + RoomSteps.create(alice, Map.of()) + "/state/m.room.topic";
    error(
        alice.api().body(Map.of("topic", "x".repeat(100_000))).put(topic).then(),
        413,
        "M_TOO_LARGE");
  }

  @ParameterizedTest
  @MethodSource("forbidden")
  void ofSomebodyElse(Endpoint endpoint) {
    error(call(alice.api(), endpoint, "{}"), 403, "M_FORBIDDEN");
  }

  @Test
  void tokensInTheAddressAreRefused() {
    error(
        HEARTH
            .api()
            .queryParam("access_token", alice.accessToken())
            .get("/_matrix/client/v3/account/whoami")
            .then(),
        401,
        "M_MISSING_TOKEN");
  }

  @Test
  void idsInPathsAreChecked() {
    error(alice.api().get("/_matrix/client/v3/profile/nobody").then(), 400, "M_INVALID_PARAM");
    error(
        alice.api().get("/_matrix/client/v3/user/" + alice.id() + "/rooms/nothing/tags").then(),
        400,
        "M_INVALID_PARAM");
  }

  private static ValidatableResponse call(
      RequestSpecification api, Endpoint endpoint, String body) {
    var request = endpoint.method().equals("GET") ? api : api.body(body);
    return request.request(endpoint.method(), endpoint.path()).then();
  }

  private static ValidatableResponse error(
      ValidatableResponse response, int status, String errcode) {
    return response
        .statusCode(status)
        .body("errcode", equalTo(errcode))
        .body("error", notNullValue());
  }

  /// Administrators' endpoints refuse others before they read the body.
  private static void error(
      ValidatableResponse response, int status, String errcode, String orForbidden) {
    if (response.extract().statusCode() == 403) {
      error(response, 403, orForbidden);
    } else {
      error(response, status, errcode);
    }
  }
}
