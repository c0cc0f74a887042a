package org.hearth.server.client;

import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import java.util.List;
import java.util.Map;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

/// Profiles, account data, tags, filters, and what a server says about itself.
class PersonTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String ROOM = "!room:hearth.test";

  @Test
  void profileFieldsAreSetReadAndRemoved() {
    var alice = HEARTH.register("person");
    String profile = "/_matrix/client/v3/profile/" + alice.id();
    HEARTH.api().get(profile).then().statusCode(200).body("$", anEmptyMap());
    alice
        .api()
        .body(Map.of("displayname", "Alice"))
        .put(profile + "/displayname")
        .then()
        .statusCode(200);
    alice.api().body(Map.of("m.tz", "Europe/Rome")).put(profile + "/m.tz").then().statusCode(200);
    HEARTH
        .api()
        .get(profile)
        .then()
        .body("displayname", equalTo("Alice"))
        .body("'m.tz'", equalTo("Europe/Rome"));
    HEARTH.api().get(profile + "/displayname").then().body("displayname", equalTo("Alice"));
    alice.api().delete(profile + "/m.tz").then().statusCode(200);
    HEARTH.api().get(profile + "/m.tz").then().statusCode(404);
  }

  @Test
  void badProfileFieldsAreRefused() {
    var alice = HEARTH.register("person");
    String profile = "/_matrix/client/v3/profile/" + alice.id();
    refused(alice, profile + "/displayname", Map.of("displayname", 7), "M_INVALID_PARAM");
    refused(alice, profile + "/displayname", Map.of(), "M_MISSING_PARAM");
    refused(alice, profile + "/Not%20valid", Map.of("Not valid", 1), "M_INVALID_PARAM");
    String longKey = "k".repeat(256);
    refused(alice, profile + "/" + longKey, Map.of(longKey, 1), "M_KEY_TOO_LARGE");
    refused(alice, profile + "/a.b", Map.of("a.b", "x".repeat(70_000)), "M_PROFILE_TOO_LARGE");
    HEARTH
        .api()
        .get("/_matrix/client/v3/profile/@nobody-at-all:hearth.test")
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
  }

  private static void refused(
      TestServer.User user, String path, Map<String, ?> body, String errcode) {
    user.api()
        .urlEncodingEnabled(false)
        .body(body)
        .put(path)
        .then()
        .statusCode(400)
        .body("errcode", equalTo(errcode));
  }

  @Test
  void accountDataIsKeptOfNoRoomAndOfRooms() {
    var alice = HEARTH.register("person");
    String own = "/_matrix/client/v3/user/" + alice.id();
    for (String path :
        List.of(own + "/account_data/a.b", own + "/rooms/" + ROOM + "/account_data/a.b")) {
      alice.api().get(path).then().statusCode(404).body("errcode", equalTo("M_NOT_FOUND"));
      alice.api().body(Map.of("x", path)).put(path).then().statusCode(200);
      alice.api().get(path).then().statusCode(200).body("x", equalTo(path));
    }
    alice
        .api()
        .body(Map.of())
        .put(own + "/account_data/m.push_rules")
        .then()
        .statusCode(405)
        .body("errcode", equalTo("M_BAD_JSON"));
    alice
        .api()
        .body(Map.of())
        .put(own + "/rooms/" + ROOM + "/account_data/m.fully_read")
        .then()
        .statusCode(405);
  }

  @Test
  void tagsAreSetAndRemoved() {
    var alice = HEARTH.register("person");
    String tags = "/_matrix/client/v3/user/" + alice.id() + "/rooms/" + ROOM + "/tags";
    alice.api().get(tags).then().statusCode(200).body("tags", anEmptyMap());
    alice.api().body(Map.of("order", 0.25)).put(tags + "/m.favourite").then().statusCode(200);
    alice.api().body(Map.of()).put(tags + "/u.work").then().statusCode(200);
    alice.api().get(tags).then().body("tags.'m.favourite'.order", equalTo(0.25f));
    alice.api().delete(tags + "/m.favourite").then().statusCode(200);
    alice
        .api()
        .get(tags)
        .then()
        .body("tags", not(hasKey("m.favourite")))
        .body("tags", hasKey("u.work"));
    alice
        .api()
        .body(Map.of("order", "high"))
        .put(tags + "/u.x")
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void filtersAreKept() {
    var alice = HEARTH.register("person");
    String filters = "/_matrix/client/v3/user/" + alice.id() + "/filter";
    String id =
        alice
            .api()
            .body(Map.of("room", Map.of("timeline", Map.of("limit", 7))))
            .post(filters)
            .then()
            .statusCode(200)
            .extract()
            .path("filter_id");
    alice
        .api()
        .get(filters + "/" + id)
        .then()
        .statusCode(200)
        .body("room.timeline.limit", equalTo(7));
    alice.api().get(filters + "/nothing").then().statusCode(404);
    alice
        .api()
        .body(Map.of("room", Map.of("timeline", Map.of("types", "all"))))
        .post(filters)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    alice
        .api()
        .body(Map.of("event_format", "short"))
        .post(filters)
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void openIdTokensAreHandedOut() {
    var alice = HEARTH.register("person");
    alice
        .api()
        .body(Map.of())
        .post("/_matrix/client/v3/user/" + alice.id() + "/openid/request_token")
        .then()
        .statusCode(200)
        .body("access_token", notNullValue())
        .body("token_type", equalTo("Bearer"))
        .body("matrix_server_name", equalTo("hearth.test"))
        .body("expires_in", equalTo(3600));
  }

  @Test
  void noAccountHasAContact() {
    var alice = HEARTH.register("person");
    String contacts = "/_matrix/client/v3/account/3pid";
    alice.api().get(contacts).then().statusCode(200).body("threepids.size()", equalTo(0));
    alice
        .api()
        .body(Map.of("sid", "1", "client_secret", "x"))
        .post(contacts + "/add")
        .then()
        .statusCode(403)
        .body("errcode", equalTo("M_THREEPID_DENIED"));
    alice
        .api()
        .body(Map.of("medium", "email", "address", "a@b.example"))
        .post(contacts + "/delete")
        .then()
        .statusCode(200)
        .body("id_server_unbind_result", equalTo("no-support"));
    HEARTH
        .api()
        .body(Map.of())
        .post("/_matrix/client/v3/account/password/email/requestToken")
        .then()
        .statusCode(400)
        .body("errcode", equalTo("M_THREEPID_NOT_FOUND"));
  }

  @Test
  void theServerSaysWhatItCan() {
    var alice = HEARTH.register("person");
    HEARTH
        .api()
        .get("/_matrix/client/versions")
        .then()
        .statusCode(200)
        .body("versions", hasItem("v1.1"))
        .body("unstable_features.'org.matrix.msc3916.stable'", equalTo(true));
    alice
        .api()
        .get("/_matrix/client/v3/capabilities")
        .then()
        .statusCode(200)
        .body("capabilities.'m.room_versions'.default", equalTo("12"))
        .body("capabilities.'m.room_versions'.available", hasKey("11"))
        .body("capabilities.'m.change_password'.enabled", equalTo(true));
    HEARTH
        .api()
        .get("/.well-known/matrix/client")
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
    try (TestServer server =
        TestServer.start("well_known.client_base_url=https://matrix.hearth.test")) {
      server
          .api()
          .get("/.well-known/matrix/client")
          .then()
          .statusCode(200)
          .body("'m.homeserver'.base_url", equalTo("https://matrix.hearth.test"));
    }
  }
}
