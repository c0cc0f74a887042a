package org.hearth.server.encryption;

import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.schemas.json.Json;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class KeyBackupTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String VERSION = "/room_keys/version";
  private static final String KEYS = "/room_keys/keys";
  private static final String ROOM = "!room:hearth.test";
  private final ClientDevice alice = ClientDevice.register(HEARTH, "backup");

  private static ObjectNode version() {
    var body = Json.object().put("algorithm", "m.megolm_backup.v1.curve25519-aes-sha2");
    body.putObject("auth_data").put("public_key", "abc");
    return body;
  }

  private static ObjectNode key(int index, boolean verified) {
    var key =
        Json.object()
            .put("first_message_index", index)
            .put("forwarded_count", 0)
            .put("is_verified", verified);
    key.putObject("session_data").put("ciphertext", "c" + index);
    return key;
  }

  private String create() {
    return alice.post(VERSION, version()).statusCode(200).extract().path("version");
  }

  @Test
  void versionsAreMadeReadChangedAndDeleted() {
    alice.get(VERSION).statusCode(404).body("errcode", equalTo("M_NOT_FOUND"));
    var first = create();
    alice
        .get(VERSION)
        .statusCode(200)
        .body("version", equalTo(first))
        .body("algorithm", equalTo("m.megolm_backup.v1.curve25519-aes-sha2"))
        .body("auth_data.public_key", equalTo("abc"))
        .body("count", equalTo(0))
        .body("etag", equalTo("0"));
    var changed = version().put("version", first);
    changed.putObject("auth_data").put("public_key", "def");
    alice.put(VERSION + "/" + first, changed).statusCode(200).body("$", anEmptyMap());
    alice.get(VERSION + "/" + first).body("auth_data.public_key", equalTo("def"));
    alice
        .put(VERSION + "/" + first, version().put("algorithm", "m.other"))
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    alice
        .put(VERSION + "/" + first, version().put("version", "99"))
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    alice.put(VERSION + "/99", version()).statusCode(404);
    alice.delete(VERSION + "/" + first).statusCode(200);
    alice.delete(VERSION + "/" + first).statusCode(200);
    alice.get(VERSION + "/" + first).statusCode(404);
    alice.delete(VERSION + "/99").statusCode(404).body("errcode", equalTo("M_NOT_FOUND"));
  }

  @Test
  void keysAreStoredByAllThreePathsAndReadBack() {
    var version = "?version=" + create();
    alice
        .put(KEYS + "/" + ROOM + "/s1" + version, key(5, false))
        .statusCode(200)
        .body("count", equalTo(1))
        .body("etag", equalTo("1"));
    var room = Json.object();
    room.putObject("sessions").set("s2", key(2, true));
    alice.put(KEYS + "/" + ROOM + version, room).statusCode(200).body("count", equalTo(2));
    var all = Json.object();
    all.putObject("rooms").putObject("!other:x").putObject("sessions").set("s3", key(3, true));
    alice.put(KEYS + version, all).statusCode(200).body("count", equalTo(3));

    alice
        .get(KEYS + "/" + ROOM + "/s1" + version)
        .statusCode(200)
        .body("first_message_index", equalTo(5))
        .body("session_data.ciphertext", equalTo("c5"));
    alice.get(KEYS + "/" + ROOM + version).body("sessions", aMapWithSize(2));
    alice.get(KEYS + version).body("rooms", aMapWithSize(2));
    alice.get(KEYS + "/!nothing:x" + version).statusCode(200).body("sessions", anEmptyMap());
    alice
        .get(KEYS + "/" + ROOM + "/s9" + version)
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));

    alice.put(KEYS + "/" + ROOM + "/s1" + version, key(9, false)).body("etag", equalTo("3"));
    alice.get(KEYS + "/" + ROOM + "/s1" + version).body("first_message_index", equalTo(5));
    alice.put(KEYS + "/" + ROOM + "/s1" + version, key(9, true)).body("etag", equalTo("4"));
    alice.get(KEYS + "/" + ROOM + "/s1" + version).body("first_message_index", equalTo(9));

    alice.delete(KEYS + "/" + ROOM + "/s1" + version).body("count", equalTo(2));
    alice.delete(KEYS + "/" + ROOM + version).body("count", equalTo(1));
    alice.delete(KEYS + version).body("count", equalTo(0));
    alice.get(KEYS + version).body("rooms", anEmptyMap());
  }

  @Test
  void onlyTheCurrentVersionTakesKeys() {
    var first = create();
    var second = create();
    alice
        .put(KEYS + "/" + ROOM + "/s?version=" + first, key(1, true))
        .statusCode(403)
        .body("errcode", equalTo("M_WRONG_ROOM_KEYS_VERSION"))
        .body("current_version", equalTo(second));
    alice.get(KEYS + "?version=99").statusCode(404).body("errcode", equalTo("M_NOT_FOUND"));
  }

  @Test
  void malformedRequestsAreRefused() {
    var version = "?version=" + create();
    alice
        .post(VERSION, Json.object().put("algorithm", "x"))
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    alice
        .put(KEYS + "/" + ROOM + "/s", key(1, true))
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    var incomplete = key(1, true);
    incomplete.remove("session_data");
    alice
        .put(KEYS + "/" + ROOM + "/s" + version, incomplete)
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    var nested = Json.object();
    nested.putObject("sessions").set("s", incomplete);
    alice
        .put(KEYS + "/" + ROOM + version, nested)
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    alice
        .put(KEYS + "/" + ROOM + "/s" + version, key(1, true).put("is_verified", "yes"))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    var large = key(1, true);
    large.putObject("session_data").put("ciphertext", "x".repeat(70_000));
    alice
        .put(KEYS + "/" + ROOM + "/s" + version, large)
        .statusCode(413)
        .body("errcode", equalTo("M_TOO_LARGE"));
    alice
        .get(KEYS + "/noroom" + version)
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
  }
}
