package org.hearth.server.encryption;

import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.json.Json;
import org.hearth.server.TestServer;
import org.junit.jupiter.api.Test;

class CrossSigningTest {
  private static final TestServer HEARTH = TestServer.shared();
  private static final String UPLOAD = "/keys/device_signing/upload";
  private final ClientDevice alice = ClientDevice.register(HEARTH, "signing");
  private final ClientDevice bob = ClientDevice.register(HEARTH, "signing");

  /// The three keys of a user.
  private record Identity(String user, SigningKey master, SigningKey self, SigningKey userSigning) {
    static Identity of(ClientDevice device) {
      return new Identity(device.id(), key(), key(), key());
    }

    static SigningKey key() {
      var any = SigningKey.generate("ed25519:any", new SecureRandom());
      return new SigningKey("ed25519:" + any.verifyKey().base64(), any.seed());
    }

    ObjectNode json(SigningKey key, String usage) {
      var json = Json.object().put("user_id", user);
      json.putArray("usage").add(usage);
      json.putObject("keys").put(key.id(), key.verifyKey().base64());
      return json;
    }

    ObjectNode upload() {
      var body = Json.object();
      body.set("master_key", json(master, "master"));
      body.set("self_signing_key", SignedJson.sign(json(self, "self_signing"), user, master));
      body.set(
          "user_signing_key", SignedJson.sign(json(userSigning, "user_signing"), user, master));
      return body;
    }
  }

  private static ObjectNode auth(ClientDevice device, String session) {
    var auth =
        Json.object()
            .put("type", "m.login.password")
            .put("password", TestServer.PASSWORD)
            .put("session", session);
    auth.putObject("identifier").put("type", "m.id.user").put("user", device.id());
    return auth;
  }

  private static ObjectNode query(String... users) {
    var body = Json.object();
    var wanted = body.putObject("device_keys");
    for (var user : users) wanted.putArray(user);
    return body;
  }

  @Test
  void anAccountThatEndsTakesItsIdentityAlong() {
    alice.post(UPLOAD, Identity.of(alice).upload()).statusCode(200);
    bob.post("/keys/query", query(alice.id()))
        .statusCode(200)
        .body("master_keys", hasKey(alice.id()));
    String session =
        alice.post("/account/deactivate", Json.object()).statusCode(401).extract().path("session");
    var confirmed = Json.object();
    confirmed.set("auth", auth(alice, session));
    alice.post("/account/deactivate", confirmed).statusCode(200);

    bob.post("/keys/query", query(alice.id()))
        .statusCode(200)
        .body("master_keys", not(hasKey(alice.id())));
  }

  /// "The request requires user-interactive authentication unless ... the user has no existing
  /// cross-signing master key".
  @Test
  void onlyReplacingKeysAsksForThePassword() {
    var first = Identity.of(alice);
    alice.post(UPLOAD, first.upload()).statusCode(200).body("$", anEmptyMap());
    alice.post(UPLOAD, first.upload()).statusCode(200);
    var second = Identity.of(alice);
    String session =
        alice
            .post(UPLOAD, second.upload())
            .statusCode(401)
            .body("flows[0].stages", equalTo(List.of("m.login.password")))
            .body("session", notNullValue())
            .extract()
            .path("session");
    var confirmed = second.upload();
    confirmed.set("auth", auth(alice, session));
    alice.post(UPLOAD, confirmed).statusCode(200);
    alice
        .post("/keys/query", query(alice.id()))
        .body("master_keys.'" + alice.id() + "'.keys", hasKey(second.master().id()));
  }

  @Test
  void keysAndSignaturesAreSeenByWhomTheyConcern() {
    alice.uploadDevice();
    var alices = Identity.of(alice);
    var bobs = Identity.of(bob);
    alice.post(UPLOAD, alices.upload()).statusCode(200);
    bob.post(UPLOAD, bobs.upload()).statusCode(200);

    var device =
        alice
            .post("/keys/query", query(alice.id()))
            .extract()
            .<java.util.Map<String, Object>>path(
                "device_keys.'" + alice.id() + "'." + alice.deviceId());
    var signed = (ObjectNode) Json.toTree(device);
    signed.remove("unsigned");
    signed.remove("signatures");
    signed = SignedJson.sign(signed, alice.id(), alices.self());
    var body = Json.object();
    body.putObject(alice.id()).set(alice.deviceId(), signed);
    body.putObject(bob.id())
        .set(
            bobs.master().verifyKey().base64(),
            SignedJson.sign(bobs.json(bobs.master(), "master"), alice.id(), alices.userSigning()));
    alice.post("/keys/signatures/upload", body).statusCode(200).body("failures", anEmptyMap());

    var deviceSignatures =
        "device_keys.'" + alice.id() + "'." + alice.deviceId() + ".signatures.'" + alice.id() + "'";
    var masterSignatures = "master_keys.'" + bob.id() + "'";
    bob.post("/keys/query", query(alice.id(), bob.id()))
        .body(deviceSignatures, hasKey(alices.self().id()))
        .body(masterSignatures, not(hasKey("signatures")))
        .body("user_signing_keys", not(hasKey(alice.id())))
        .body("user_signing_keys", hasKey(bob.id()))
        .body("self_signing_keys", hasKey(alice.id()));
    alice
        .post("/keys/query", query(bob.id()))
        .body(
            masterSignatures + ".signatures.'" + alice.id() + "'",
            hasKey(alices.userSigning().id()));
  }

  @Test
  void badSignaturesAreFailuresByItem() {
    alice.uploadDevice();
    var alices = Identity.of(alice);
    alice.post(UPLOAD, alices.upload()).statusCode(200);
    var body = Json.object();
    var items = body.putObject(alice.id());
    items.set("NOTHING", alice.deviceKeys());
    items.set(alice.deviceId(), alice.deviceKeys());
    alice
        .post("/keys/signatures/upload", body)
        .statusCode(200)
        .body("failures.'" + alice.id() + "'.NOTHING.errcode", equalTo("M_NOT_FOUND"))
        .body("failures.'" + alice.id() + "'", hasKey(alice.deviceId()));
  }

  @Test
  void badKeysAreRefused() {
    var alices = Identity.of(alice);
    var unsigned = alices.upload();
    unsigned.set("self_signing_key", alices.json(alices.self(), "self_signing"));
    alice.post(UPLOAD, unsigned).statusCode(400).body("errcode", equalTo("M_INVALID_SIGNATURE"));
    var alone = alices.upload();
    alone.remove("master_key");
    alice.post(UPLOAD, alone).statusCode(400).body("errcode", equalTo("M_MISSING_PARAM"));
    bob.post(UPLOAD, alices.upload()).statusCode(400).body("errcode", equalTo("M_INVALID_PARAM"));
    alice
        .post(UPLOAD, Json.object().put("master_key", 1))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
    alice
        .post("/keys/signatures/upload", Json.object().put(alice.id(), 1))
        .statusCode(400)
        .body("errcode", equalTo("M_BAD_JSON"));
  }

  @Test
  void aSignatureOnAnotherUserIsToldToTheSignerOnly() {
    var alices = Identity.of(alice);
    var bobs = Identity.of(bob);
    alice.post(UPLOAD, alices.upload()).statusCode(200);
    bob.post(UPLOAD, bobs.upload()).statusCode(200);
    var room =
        alice
            .post("/createRoom", Json.object().put("preset", "public_chat"))
            .statusCode(200)
            .extract()
            .<String>path("room_id");
    bob.post("/join/" + room, Json.object()).statusCode(200);
    String alicesToken = alice.get("/sync?timeout=0").statusCode(200).extract().path("next_batch");
    String bobsToken = bob.get("/sync?timeout=0").statusCode(200).extract().path("next_batch");

    var body = Json.object();
    body.putObject(bob.id())
        .set(
            bobs.master().verifyKey().base64(),
            SignedJson.sign(bobs.json(bobs.master(), "master"), alice.id(), alices.userSigning()));
    alice.post("/keys/signatures/upload", body).statusCode(200).body("failures", anEmptyMap());

    alice
        .get("/sync?timeout=0&since=" + alicesToken)
        .statusCode(200)
        .body("device_lists.changed", hasItem(bob.id()));
    bob.get("/sync?timeout=0&since=" + bobsToken)
        .statusCode(200)
        .body("$", not(hasKey("device_lists")));
  }

  @Test
  void nullCountsAsAbsent() {
    var body = Identity.of(alice).upload();
    body.putNull("auth");
    alice.post(UPLOAD, body).statusCode(200);
    var nothing = Json.object();
    nothing.putNull("device_keys").putNull("one_time_keys").putNull("fallback_keys");
    alice.post("/keys/upload", nothing).statusCode(200);
  }
}
