package org.hearth.server.client;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;

import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String DEVICES = "/_matrix/client/v3/devices";

  @Test
  void devicesAreListedNamedAndSeen() {
    var alice = HEARTH.register("devices");
    String own = DEVICES + "/" + alice.deviceId();
    alice.api().get(DEVICES).then().body("devices[0].device_id", equalTo(alice.deviceId()));
    alice.api().body(Map.of("display_name", "my phone")).put(own).then().statusCode(200);
    alice
        .api()
        .get(own)
        .then()
        .statusCode(200)
        .body("display_name", equalTo("my phone"))
        .body("last_seen_ip", notNullValue())
        .body("last_seen_ts", notNullValue());
    alice.api().get(DEVICES + "/NOTHING").then().statusCode(404);
    alice
        .api()
        .body(Map.of("display_name", "x"))
        .put(DEVICES + "/NOTHING")
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
    alice
        .api()
        .body(Map.of("display_name", 7))
        .put(own)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void removingADeviceAsksForThePassword() {
    var alice = HEARTH.register("devices");
    var second = second(alice);
    String path = DEVICES + "/" + second.deviceId();
    String session = alice.api().delete(path).then().statusCode(401).extract().path("session");
    alice
        .api()
        .body(Map.of("auth", LoginTest.auth(alice, TestServer.PASSWORD, session)))
        .delete(path)
        .then()
        .statusCode(200);

    second.api().get(DEVICES).then().statusCode(401);
    alice.api().get(DEVICES).then().body("devices.size()", equalTo(1));
  }

  /// Right or wrong: 401 would say that the client should try again.
  @Test
  void anotherUsersPasswordConfirmsNothing() {
    var alice = HEARTH.register("devices");
    var bob = HEARTH.register("devices");
    var second = second(alice);
    String path = DEVICES + "/" + second.deviceId();
    String session = alice.api().delete(path).then().statusCode(401).extract().path("session");
    for (String password : List.of(TestServer.PASSWORD, "wrong"))
      alice
          .api()
          .body(Map.of("auth", LoginTest.auth(bob, password, session)))
          .delete(path)
          .then()
          .statusCode(403)
          .body("errcode", equalTo("M_FORBIDDEN"))
          .body("session", equalTo(null));
    second.api().get(DEVICES).then().statusCode(200);

    alice
        .api()
        .body(Map.of("auth", LoginTest.auth(alice, TestServer.PASSWORD, session)))
        .delete(path)
        .then()
        .statusCode(200);
    second.api().get(DEVICES).then().statusCode(401);
  }

  @Test
  void severalDevicesGoAtOnce() {
    var alice = HEARTH.register("devices");
    var ids = List.of(second(alice).deviceId(), second(alice).deviceId(), "UNKNOWN");
    String path = "/_matrix/client/v3/delete_devices";
    alice
        .api()
        .body(Map.of("devices", ids, "auth", LoginTest.auth(alice, TestServer.PASSWORD, null)))
        .post(path)
        .then()
        .statusCode(200);
    alice.api().get(DEVICES).then().body("devices.size()", equalTo(1));
    alice
        .api()
        .body(Map.of())
        .post(path)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    alice
        .api()
        .body(Map.of("devices", List.of(1)))
        .post(path)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void whoisShowsOwnSessions() {
    var alice = HEARTH.register("devices");
    alice
        .api()
        .get("/_matrix/client/v3/admin/whois/" + alice.id())
        .then()
        .statusCode(200)
        .body("user_id", equalTo(alice.id()))
        .body("devices", hasKey(alice.deviceId()));
  }

  private static TestServer.User second(TestServer.User user) {
    var answer =
        HEARTH
            .api()
            .body(
                Map.of(
                    "type",
                    "m.login.password",
                    "identifier",
                    Map.of("type", "m.id.user", "user", user.id()),
                    "password",
                    TestServer.PASSWORD))
            .post("/_matrix/client/v3/login")
            .then()
            .statusCode(200)
            .extract();
    return new TestServer.User(
        HEARTH, user.id(), answer.path("access_token"), answer.path("device_id"));
  }
}
