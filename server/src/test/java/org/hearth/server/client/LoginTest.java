package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.response.ValidatableResponse;
import java.util.HashMap;
import java.util.Map;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class LoginTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String LOGIN = "/_matrix/client/v3/login";
  private static final String WHOAMI = "/_matrix/client/v3/account/whoami";
  private static final String REFRESH = "/_matrix/client/v3/refresh";

  @Test
  void theFlowsAreListed() {
    HEARTH
        .api()
        .get(LOGIN)
        .then()
        .statusCode(200)
        .body("flows.type", hasItems("m.login.password", "m.login.token"));
  }

  @Test
  void usersAreNamedByIdOrLocalpartOldOrNew() {
    var alice = HEARTH.register("login");
    for (String user :
        new String[] {
          alice.id(),
          alice.localpart(),
          alice.id().toUpperCase(java.util.Locale.ROOT).replace("HEARTH.TEST", "hearth.test")
        }) {
      login(password(identifier(user), TestServer.PASSWORD))
          .statusCode(200)
          .body("user_id", equalTo(alice.id()));
    }
    login(password(Map.of("user", alice.localpart()), TestServer.PASSWORD)).statusCode(200);
  }

  @Test
  void wrongPasswordAndUnknownUserLookAlike() {
    var alice = HEARTH.register("login");
    var wrong =
        login(password(identifier(alice.id()), "not the password"))
            .statusCode(403)
            .body("errcode", equalTo("M_FORBIDDEN"))
            .extract()
            .asString();
    var unknown =
        login(password(identifier("nobody-at-all"), "not the password"))
            .statusCode(403)
            .extract()
            .asString();
    assertThat(unknown).isEqualTo(wrong);
  }

  @Test
  void badRequestsAreRefused() {
    login(Map.of("type", "m.login.unknown")).statusCode(400).body("errcode", equalTo("M_UNKNOWN"));
    login(Map.of()).statusCode(400).body("errcode", equalTo("M_MISSING_PARAM"));
    login(Map.of("type", "m.login.password"))
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    login(password(Map.of("identifier", "alice"), "x"))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    login(
            password(
                Map.of(
                    "identifier",
                    Map.of("type", "m.id.thirdparty", "medium", "email", "address", "a@b.c")),
                "x"))
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
    login(Map.of("type", "m.login.token", "token", "x")).statusCode(403);
  }

  @Test
  void aLoginOnADeviceEndsItsOlderToken() {
    var alice = HEARTH.register("login");
    var body = new HashMap<>(password(identifier(alice.id()), TestServer.PASSWORD));
    body.put("device_id", alice.deviceId());
    String token =
        login(body).body("device_id", equalTo(alice.deviceId())).extract().path("access_token");

    alice.api().get(WHOAMI).then().statusCode(401);
    HEARTH
        .api(token)
        .get(WHOAMI)
        .then()
        .statusCode(200)
        .body("user_id", equalTo(alice.id()))
        .body("device_id", equalTo(alice.deviceId()))
        .body("is_guest", equalTo(false));
  }

  @Test
  void logoutEndsTheTokenAndTheDevice() {
    var alice = HEARTH.register("login");
    String second =
        login(password(identifier(alice.id()), TestServer.PASSWORD)).extract().path("access_token");
    alice.api().post("/_matrix/client/v3/logout").then().statusCode(200);
    alice.api().get(WHOAMI).then().statusCode(401).body("errcode", equalTo("M_UNKNOWN_TOKEN"));
    HEARTH.api(second).get("/_matrix/client/v3/devices").then().body("devices.size()", equalTo(1));
    HEARTH.api(second).post("/_matrix/client/v3/logout/all").then().statusCode(200);
    HEARTH.api(second).get(WHOAMI).then().statusCode(401);
  }

  /// "The old refresh token ... remains valid until the new access token or refresh token is used".
  @Test
  void refreshingEndsTheOldTokensOnceTheNewAreUsed() {
    var alice = HEARTH.register("login");
    var body = new HashMap<>(password(identifier(alice.id()), TestServer.PASSWORD));
    body.put("refresh_token", true);
    var first = login(body).statusCode(200).body("expires_in_ms", notNullValue()).extract();
    String oldAccess = first.path("access_token");
    String oldRefresh = first.path("refresh_token");

    refresh(oldRefresh).statusCode(200);
    var second = refresh(oldRefresh).statusCode(200).extract();
    String newAccess = second.path("access_token");
    HEARTH.api(oldAccess).get(WHOAMI).then().statusCode(200);

    HEARTH.api(newAccess).get(WHOAMI).then().statusCode(200);
    HEARTH.api(oldAccess).get(WHOAMI).then().statusCode(401);
    refresh(oldRefresh).statusCode(401).body("errcode", equalTo("M_UNKNOWN_TOKEN"));
    refresh(second.path("refresh_token")).statusCode(200);
    refresh("nonsense").statusCode(401).body("soft_logout", equalTo(false));
  }

  @Test
  void aLoginTokenLogsAnotherDeviceInOnce() {
    var alice = HEARTH.register("login");
    String path = "/_matrix/client/v1/login/get_token";
    String session =
        alice
            .api()
            .body(Map.of())
            .post(path)
            .then()
            .statusCode(401)
            .body("flows[0].stages", hasItem("m.login.password"))
            .extract()
            .path("session");
    String token =
        alice
            .api()
            .body(Map.of("auth", auth(alice, TestServer.PASSWORD, session)))
            .post(path)
            .then()
            .statusCode(200)
            .body("expires_in_ms", equalTo(120_000))
            .extract()
            .path("login_token");
    login(Map.of("type", "m.login.token", "token", token))
        .statusCode(200)
        .body("user_id", equalTo(alice.id()));
    login(Map.of("type", "m.login.token", "token", token)).statusCode(403);
  }

  /// Who changes a password that somebody else knew must not be left with their logins to come.
  @Test
  void aLoginTokenEndsWithThePassword() {
    var alice = HEARTH.register("login");
    String token =
        alice
            .api()
            .body(Map.of("auth", auth(alice, TestServer.PASSWORD, null)))
            .post("/_matrix/client/v1/login/get_token")
            .then()
            .statusCode(200)
            .extract()
            .path("login_token");
    alice
        .api()
        .body(
            Map.of(
                "new_password",
                "another good password",
                "auth",
                auth(alice, TestServer.PASSWORD, null)))
        .post("/_matrix/client/v3/account/password")
        .then()
        .statusCode(200);
    login(Map.of("type", "m.login.token", "token", token))
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
  }

  @Test
  void anotherPasswordIsAskedForByTheOldOne() {
    var alice = HEARTH.register("login");
    String second =
        login(password(identifier(alice.id()), TestServer.PASSWORD)).extract().path("access_token");
    String path = "/_matrix/client/v3/account/password";
    Map<String, Object> body = Map.of("new_password", "another good password");
    String session =
        alice.api().body(body).post(path).then().statusCode(401).extract().path("session");
    var confirmed = new HashMap<>(body);
    confirmed.put("auth", auth(alice, "wrong", session));
    alice
        .api()
        .body(confirmed)
        .post(path)
        .then()
        .statusCode(401)
        .body("errcode", equalTo("M_FORBIDDEN"))
        .body("session", equalTo(session));
    confirmed.put("auth", auth(alice, TestServer.PASSWORD, session));
    confirmed.put("new_password", "short");
    alice
        .api()
        .body(confirmed)
        .post(path)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_WEAK_PASSWORD"));
    confirmed.put("new_password", "another good password");
    alice.api().body(confirmed).post(path).then().statusCode(200);

    alice.api().get(WHOAMI).then().statusCode(200);
    HEARTH.api(second).get(WHOAMI).then().statusCode(401);
    login(password(identifier(alice.id()), TestServer.PASSWORD)).statusCode(403);
    login(password(identifier(alice.id()), "another good password")).statusCode(200);
  }

  @Test
  void deactivationEndsTheAccountButKeepsTheName() {
    var alice = HEARTH.register("login");
    String path = "/_matrix/client/v3/account/deactivate";
    alice.api().body(Map.of()).post(path).then().statusCode(401);
    alice
        .api()
        .body(Map.of("auth", auth(alice, TestServer.PASSWORD, null), "erase", true))
        .post(path)
        .then()
        .statusCode(200)
        .body("id_server_unbind_result", equalTo("success"));

    alice.api().get(WHOAMI).then().statusCode(401);
    login(password(identifier(alice.id()), TestServer.PASSWORD))
        .statusCode(403)
        .body("errcode", equalTo("M_USER_DEACTIVATED"));
    HEARTH
        .api()
        .queryParam("username", alice.localpart())
        .get("/_matrix/client/v3/register/available")
        .then()
        .statusCode(400);
    HEARTH.api().get("/_matrix/client/v3/profile/" + alice.id()).then().statusCode(404);
  }

  @Test
  void sessionsSurviveARestart() {
    try (TestServer server = TestServer.start()) {
      var alice = server.register("login");
      server.restart();
      alice.api().get(WHOAMI).then().statusCode(200).body("errcode", nullValue());
    }
  }

  /// Whoever holds one was told how long it works, and cannot get another.
  @Test
  void openIdTokensSurviveARestart() {
    try (TestServer server = TestServer.start()) {
      var alice = server.register("login");
      String token =
          alice
              .api()
              .body(Map.of())
              .post("/_matrix/client/v3/user/" + alice.id() + "/openid/request_token")
              .then()
              .statusCode(200)
              .extract()
              .path("access_token");
      server.restart();
      String userInfo = "/_matrix/federation/v1/openid/userinfo?access_token=";
      server.api().get(userInfo + token).then().statusCode(200).body("sub", equalTo(alice.id()));
      server
          .api()
          .get(userInfo + "nonsense")
          .then()
          .statusCode(401)
          .body("errcode", equalTo("M_UNKNOWN_TOKEN"));
    }
  }

  static Map<String, Object> auth(TestServer.User user, String password, String session) {
    var auth = new HashMap<String, Object>();
    auth.put("type", "m.login.password");
    auth.put("identifier", Map.of("type", "m.id.user", "user", user.id()));
    auth.put("password", password);
    if (session != null) {
      auth.put("session", session);
    }
    return auth;
  }

  private static Map<String, Object> identifier(String user) {
    return Map.of("identifier", Map.of("type", "m.id.user", "user", user));
  }

  private static Map<String, Object> password(Map<String, Object> who, String password) {
    var body = new HashMap<>(who);
    body.put("type", "m.login.password");
    body.put("password", password);
    return body;
  }

  private static ValidatableResponse login(Map<String, ?> body) {
    return HEARTH.api().body(body).post(LOGIN).then();
  }

  private static ValidatableResponse refresh(String token) {
    return HEARTH.api().body(Map.of("refresh_token", token)).post(REFRESH).then();
  }
}
