package org.hearth.server.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.hearth.schemas.json.Json;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class KeysTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String ALGORITHM = ClientDevice.ALGORITHM;
  private final ClientDevice alice = ClientDevice.register(HEARTH, "keys");
  private final ClientDevice bob = ClientDevice.register(HEARTH, "keys");

  private static ObjectNode body(String name, ObjectNode value) {
    var body = Json.object();
    body.set(name, value);
    return body;
  }

  private ObjectNode claim() {
    var body = Json.object();
    body.putObject("one_time_keys").putObject(alice.id()).put(alice.deviceId(), ALGORITHM);
    return body;
  }

  private String claimed() {
    Map<String, ?> keys =
        bob.post("/keys/claim", claim())
            .statusCode(200)
            .extract()
            .path("one_time_keys.'" + alice.id() + "'." + alice.deviceId());
    return keys.keySet().iterator().next();
  }

  private ObjectNode query(String userId) {
    var body = Json.object();
    body.putObject("device_keys").putArray(userId);
    return body;
  }

  @Test
  void uploadAnswersCountsAndQueryShowsTheDevice() {
    var upload = body("device_keys", alice.deviceKeys());
    upload.set("one_time_keys", alice.oneTimeKeys(0, 3));
    alice
        .post("/keys/upload", upload)
        .statusCode(200)
        .body("one_time_key_counts." + ALGORITHM, equalTo(3));
    var device = "device_keys.'" + alice.id() + "'." + alice.deviceId();
    bob.post("/keys/query", query(alice.id()))
        .statusCode(200)
        .body(device + ".user_id", equalTo(alice.id()))
        .body(device + ".device_id", equalTo(alice.deviceId()))
        .body("failures", anEmptyMap());
    bob.post("/keys/query", query("@nobody:" + HEARTH.serverName()))
        .statusCode(200)
        .body("device_keys.'@nobody:" + HEARTH.serverName() + "'", anEmptyMap());
  }

  @Test
  void keysAreHandedOutOnceThenTheFallbackKey() {
    var upload = body("one_time_keys", alice.oneTimeKeys(0, 2));
    upload.set("fallback_keys", body(ALGORITHM + ":F", alice.oneTimeKey()));
    alice.post("/keys/upload", upload).statusCode(200);
    assertThat(claimed()).isEqualTo(ALGORITHM + ":K0000");
    assertThat(claimed()).isEqualTo(ALGORITHM + ":K0001");
    assertThat(claimed()).isEqualTo(ALGORITHM + ":F");
    assertThat(claimed()).isEqualTo(ALGORITHM + ":F");
  }

  /// "Servers must ensure that each one-time key is returned at most once".
  @Test
  void parallelClaimsGetDistinctKeysInUploadOrder() throws Exception {
    alice.post("/keys/upload", body("one_time_keys", alice.oneTimeKeys(0, 60))).statusCode(200);
    alice.post("/keys/upload", body("one_time_keys", alice.oneTimeKeys(60, 60))).statusCode(200);
    var claims = new ArrayList<Callable<String>>();
    for (int i = 0; i < 100; i++) claims.add(this::claimed);
    var names = new HashSet<String>();
    try (var threads = Executors.newFixedThreadPool(20)) {
      for (var one : threads.invokeAll(claims)) names.add(one.get());
    }
    var expected = new HashSet<String>();
    for (int i = 0; i < 100; i++) expected.add(ALGORITHM + ":K%04d".formatted(i));
    assertThat(names).isEqualTo(expected);
  }

  @Test
  void aTakenKeyNameAndForeignDeviceKeysAreRefused() {
    alice.post("/keys/upload", body("one_time_keys", alice.oneTimeKeys(0, 1))).statusCode(200);
    alice
        .post("/keys/upload", body("one_time_keys", alice.oneTimeKeys(0, 1)))
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    alice
        .post("/keys/upload", body("device_keys", bob.deviceKeys()))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  /// "Signatures for the device key object." A wrong one is a mistake of the client.
  @Test
  void aWrongSignatureOfTheDeviceItselfIsRefused() {
    var changed = alice.deviceKeys();
    changed.putArray("algorithms");
    var notBase64 = alice.deviceKeys();
    notBase64
        .withObjectProperty("signatures")
        .withObjectProperty(alice.id())
        .put("ed25519:" + alice.deviceId(), "!");
    var keyless = alice.deviceKeys();
    keyless.withObjectProperty("keys").remove("ed25519:" + alice.deviceId());
    for (var wrong : List.of(changed, notBase64, keyless))
      alice
          .post("/keys/upload", body("device_keys", wrong))
          .statusCode(400)
          .body("errcode", equalTo("M_INVALID_SIGNATURE"));
    bob.post("/keys/query", query(alice.id()))
        .body("device_keys.'" + alice.id() + "'", not(hasKey(alice.deviceId())));
  }

  /// Clients check the signature of a device, and must: they cannot trust a server's word for it.
  @Test
  void whetherADeviceSignedItsKeysAtAllIsForClientsToJudge() {
    var unsigned = alice.deviceKeys();
    unsigned.putObject("signatures");
    alice.post("/keys/upload", body("device_keys", unsigned)).statusCode(200);
    unsigned.remove("signatures");
    alice.post("/keys/upload", body("device_keys", unsigned)).statusCode(200);
  }

  @Test
  void aDeletedDevicesKeysAreGone() {
    var second = alice.second().uploadDevice();
    alice.uploadDevice();
    second.api().post("/_matrix/client/v3/logout").then().statusCode(200);
    bob.post("/keys/query", query(alice.id()))
        .body("device_keys.'" + alice.id() + "'", hasKey(alice.deviceId()))
        .body("device_keys.'" + alice.id() + "'", not(hasKey(second.deviceId())));
  }

  @Test
  void aUserHearsOfItsOwnNewDevice() {
    String before = alice.get("/sync?timeout=0").statusCode(200).extract().path("next_batch");
    alice.second().uploadDevice();
    String after = alice.get("/sync?timeout=0&since=" + before).extract().path("next_batch");
    alice
        .get("/keys/changes?from=" + before + "&to=" + after)
        .statusCode(200)
        .body("changed", hasItem(alice.id()))
        .body("left", equalTo(java.util.List.of()));
    alice
        .get("/keys/changes?from=" + after + "&to=" + after)
        .body("changed", equalTo(java.util.List.of()));
    alice.get("/keys/changes?from=" + before).statusCode(400);
    alice
        .get("/keys/changes?from=x&to=" + after)
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
  }

  private static List<String> changed(ValidatableResponse answer, String where) {
    List<String> ids = answer.statusCode(200).extract().path(where);
    return ids == null ? List.of() : ids;
  }

  /// "Who now share an encrypted room with the client since the previous sync response": also the
  /// user themselves, whose other devices are encrypted to.
  @Test
  void whoJoinsAnEncryptedRoomHearsOfAllInItAndOfThemselves() {
    String room =
        alice
            .post("/createRoom", Json.object().put("preset", "public_chat"))
            .statusCode(200)
            .extract()
            .path("room_id");
    String before = bob.get("/sync?timeout=0").extract().path("next_batch");
    bob.post("/rooms/" + room + "/join", Json.object()).statusCode(200);
    var joined = bob.get("/sync?timeout=0&since=" + before);
    assertThat(changed(joined, "device_lists.changed")).contains(alice.id(), bob.id());
    assertThat(changed(joined, "device_lists.left")).isEmpty();
    String after = joined.extract().path("next_batch");
    var range = bob.get("/keys/changes?from=" + before + "&to=" + after);
    assertThat(changed(range, "changed")).containsExactlyInAnyOrder(alice.id(), bob.id());

    bob.post("/rooms/" + room + "/leave", Json.object()).statusCode(200);
    var left = bob.get("/sync?timeout=0&since=" + after);
    assertThat(changed(left, "device_lists.changed")).isEmpty();
    assertThat(changed(left, "device_lists.left")).containsExactly(alice.id());
  }

  /// What others did meanwhile was not told to who was out of the room.
  @Test
  void whoLeftAndCameBackHearsOfAllAgain() {
    String room =
        alice
            .post("/createRoom", Json.object().put("preset", "public_chat"))
            .statusCode(200)
            .extract()
            .path("room_id");
    bob.post("/rooms/" + room + "/join", Json.object()).statusCode(200);
    String before = bob.get("/sync?timeout=0").extract().path("next_batch");
    bob.post("/rooms/" + room + "/leave", Json.object()).statusCode(200);
    bob.post("/rooms/" + room + "/join", Json.object()).statusCode(200);
    var again = bob.get("/sync?timeout=0&since=" + before);
    assertThat(changed(again, "device_lists.changed")).contains(alice.id(), bob.id());
    assertThat(changed(again, "device_lists.left")).isEmpty();
  }

  /// The filter of rooms is about `rooms`, not about whom one encrypts to.
  @Test
  void aFilterOfRoomsHidesNoDeviceLists() {
    String room =
        alice
            .post("/createRoom", Json.object().put("preset", "public_chat"))
            .statusCode(200)
            .extract()
            .path("room_id");
    String before = alice.get("/sync?timeout=0").extract().path("next_batch");
    bob.post("/rooms/" + room + "/join", Json.object()).statusCode(200);
    var answer =
        alice
            .api()
            .queryParam("filter", "{\"room\":{\"rooms\":[]}}")
            .get("/_matrix/client/v3/sync?timeout=0&since=" + before)
            .then();
    assertThat(changed(answer, "device_lists.changed")).containsExactly(bob.id());
  }

  @Test
  void wrongTypesAreRefused() {
    var notAnArray = Json.object();
    notAnArray.putObject("device_keys").put(alice.id(), 7);
    alice.post("/keys/query", notAnArray).statusCode(400).body("errcode", equalTo("M_BAD_JSON"));
    alice
        .post("/keys/query", query("nobody"))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    alice
        .post("/keys/query", Json.object())
        .statusCode(400)
        .body("errcode", equalTo("M_MISSING_PARAM"));
    alice
        .post("/keys/claim", Json.object().put("one_time_keys", "x"))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    var nulled = Json.object();
    nulled.putObject("one_time_keys").putNull(alice.id());
    alice.post("/keys/claim", nulled).statusCode(400).body("errcode", equalTo("M_BAD_JSON"));
    alice
        .post("/keys/upload", Json.object().put("device_keys", 1))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    alice
        .post("/keys/upload", body("one_time_keys", Json.object().put("nameless", "x")))
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    alice
        .post("/keys/upload", body("one_time_keys", alice.oneTimeKeys(0, 1_001)))
        .statusCode(413)
        .body("errcode", equalTo("M_TOO_LARGE"));
  }
}
