package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String REGISTER = "/_matrix/client/v3/register";
  private static final String ADMIN = "/_synapse/admin/v1/register";
  private static final Map<String, Object> DUMMY = Map.of("type", "m.login.dummy");

  @Test
  void theFirstRequestLearnsTheFlowsAndTheSecondRegisters() {
    String name = name();
    Map<String, Object> body = Map.of("username", name, "password", TestServer.PASSWORD);
    String session =
        post(REGISTER, body)
            .statusCode(401)
            .body("flows[0].stages", hasItem("m.login.dummy"))
            .body("errcode", nullValue())
            .extract()
            .path("session");

    post(REGISTER, with(body, "auth", Map.of("type", "m.login.dummy", "session", session)))
        .statusCode(200)
        .body("user_id", equalTo("@" + name + ":hearth.test"))
        .body("access_token", notNullValue())
        .body("device_id", notNullValue())
        .body("refresh_token", nullValue());
  }

  @Test
  void aNameIsGivenOnce() {
    Map<String, Object> body =
        Map.of("username", name(), "password", TestServer.PASSWORD, "auth", DUMMY);
    post(REGISTER, body).statusCode(200);
    post(REGISTER, body).statusCode(400).body("errcode", equalTo("M_USER_IN_USE"));
    HEARTH
        .api()
        .queryParam("username", body.get("username"))
        .get(REGISTER + "/available")
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_USER_IN_USE"));
  }

  /// People type capitals, and log in with them.
  @Test
  void capitalsBecomeSmallLetters() {
    String name = name();
    post(
            REGISTER,
            Map.of(
                "username",
                name.toUpperCase(Locale.ROOT),
                "password",
                TestServer.PASSWORD,
                "auth",
                DUMMY))
        .statusCode(200)
        .body("user_id", startsWith("@" + name + ":"));
  }

  @Test
  void namesKeepToTheGrammar() {
    for (String bad : new String[] {"a b", "", "a:b", "x".repeat(250)}) {
      post(REGISTER, Map.of("username", bad, "password", TestServer.PASSWORD, "auth", DUMMY))
          .statusCode(400)
          .body("errcode", equalTo("M_INVALID_USERNAME"));
    }
    var available = HEARTH.api().queryParam("username", name()).get(REGISTER + "/available");
    available.then().statusCode(200).body("available", equalTo(true));
    HEARTH
        .api()
        .get(REGISTER + "/available")
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
  }

  @Test
  void whatIsNotGivenIsChosen() {
    post(REGISTER, Map.of("password", TestServer.PASSWORD, "auth", DUMMY, "device_id", "MINE"))
        .statusCode(200)
        .body("user_id", matchesPattern("@[a-z0-9]+:hearth\\.test"))
        .body("device_id", equalTo("MINE"));
  }

  @Test
  void withoutLoginThereIsNoToken() {
    post(
            REGISTER,
            Map.of(
                "username",
                name(),
                "password",
                TestServer.PASSWORD,
                "auth",
                DUMMY,
                "inhibit_login",
                true))
        .statusCode(200)
        .body("user_id", notNullValue())
        .body("access_token", nullValue());
  }

  @Test
  void badRequestsAreRefused() {
    post(REGISTER, Map.of("username", name(), "password", "short", "auth", DUMMY))
        .statusCode(400)
        .body("errcode", equalTo("M_WEAK_PASSWORD"));
    post(REGISTER, Map.of("username", name(), "auth", DUMMY))
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    post(REGISTER, Map.of("username", 7)).statusCode(400).body("errcode", equalTo("M_BAD_JSON"));
    post(REGISTER + "?kind=guest", Map.of())
        .statusCode(403)
        .body("errcode", equalTo("M_GUEST_ACCESS_FORBIDDEN"));
    post(REGISTER, Map.of("auth", Map.of("type", "m.login.recaptcha")))
        .statusCode(401)
        .body("errcode", equalTo("M_UNRECOGNIZED"))
        .body("session", notNullValue());
    post(REGISTER + "/email/requestToken", Map.of("email", "a@b.example"))
        .statusCode(403)
        .body("errcode", equalTo("M_THREEPID_DENIED"));
  }

  @Test
  void closedServersRegisterNobody() {
    try (TestServer closed = TestServer.start("registration.mode=closed")) {
      closed
          .api()
          .body(Map.of("username", "x", "password", TestServer.PASSWORD, "auth", DUMMY))
          .post(REGISTER)
          .then()
          .statusCode(403)
          .body("errcode", equalTo("M_FORBIDDEN"));
    }
  }

  @Test
  void tokensAreAskedForAndChecked() {
    try (TestServer server =
        TestServer.start("registration.mode=token", "registration.tokens=[let-me-in]")) {
      Map<String, Object> body = Map.of("username", "x", "password", TestServer.PASSWORD);
      String stage = "m.login.registration_token";
      server
          .api()
          .body(body)
          .post(REGISTER)
          .then()
          .statusCode(401)
          .body("flows[0].stages", equalTo(java.util.List.of(stage)));
      server
          .api()
          .body(with(body, "auth", Map.of("type", stage, "token", "wrong")))
          .post(REGISTER)
          .then()
          .statusCode(401)
          .body("errcode", equalTo("M_UNAUTHORIZED"));
      server
          .api()
          .body(with(body, "auth", Map.of("type", stage, "token", "let-me-in")))
          .post(REGISTER)
          .then()
          .statusCode(200);
      String validity = "/_matrix/client/v1/register/" + stage + "/validity";
      server
          .api()
          .queryParam("token", "let-me-in")
          .get(validity)
          .then()
          .body("valid", equalTo(true));
      server.api().queryParam("token", "x").get(validity).then().body("valid", equalTo(false));
    }
  }

  @Test
  void whoHasTheSharedSecretMakesAdministrators() throws Exception {
    String name = name();
    String nonce = nonce();
    var body = shared(nonce, name, TestServer.SHARED_SECRET);
    String token =
        post(ADMIN, body)
            .statusCode(200)
            .body("user_id", equalTo("@" + name + ":hearth.test"))
            .extract()
            .path("access_token");
    HEARTH
        .api(token)
        .get("/_matrix/client/v1/admin/lock/@" + name + ":hearth.test")
        .then()
        .statusCode(200)
        .body("locked", equalTo(false));

    post(ADMIN, body).statusCode(400).body("errcode", equalTo("M_UNKNOWN"));
    post(ADMIN, shared(nonce(), name(), "wrong secret"))
        .statusCode(403)
        .body("errcode", equalTo("M_FORBIDDEN"));
    assertThat(nonce()).isNotEqualTo(nonce);
  }

  /// The access token of a new administrator.
  static String administrator(TestServer server) throws Exception {
    return server
        .api()
        .body(shared(nonce(server), name(), TestServer.SHARED_SECRET))
        .post(ADMIN)
        .then()
        .statusCode(200)
        .extract()
        .path("access_token");
  }

  private static String nonce() {
    return nonce(HEARTH);
  }

  private static String nonce(TestServer server) {
    return server.api().get(ADMIN).then().statusCode(200).extract().path("nonce");
  }

  private static Map<String, Object> shared(String nonce, String name, String secret)
      throws Exception {
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    String text = String.join("\0", nonce, name, TestServer.PASSWORD, "admin");
    return Map.of(
        "nonce",
        nonce,
        "username",
        name,
        "password",
        TestServer.PASSWORD,
        "admin",
        true,
        "mac",
        HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8))));
  }

  private static Map<String, Object> with(Map<String, Object> body, String key, Object value) {
    var more = new HashMap<>(body);
    more.put(key, value);
    return more;
  }

  private static String name() {
    return "r" + UUID.randomUUID().toString().substring(0, 13);
  }

  private static ValidatableResponse post(String path, Map<String, ?> body) {
    return HEARTH.api().body(body).post(path).then();
  }
}
