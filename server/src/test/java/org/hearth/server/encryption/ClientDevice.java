package org.hearth.server.encryption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.security.SecureRandom;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.json.Json;
import org.hearth.server.TestServer;

/// A logged in device with real keys.
record ClientDevice(TestServer.User user, SigningKey key) {
  static final String ALGORITHM = "signed_curve25519";
  private static final String V3 = "/_matrix/client/v3";
  private static final SecureRandom RANDOM = new SecureRandom();

  static ClientDevice of(TestServer.User user) {
    return new ClientDevice(user, SigningKey.generate("ed25519:" + user.deviceId(), RANDOM));
  }

  static ClientDevice register(TestServer server, String name) {
    return of(server.register(name));
  }

  /// Another device of the same user.
  ClientDevice second() {
    var login = Json.object().put("type", "m.login.password").put("password", TestServer.PASSWORD);
    login.putObject("identifier").put("type", "m.id.user").put("user", user.localpart());
    var answer =
        user.server()
            .api()
            .body(login.toString())
            .post(V3 + "/login")
            .then()
            .statusCode(200)
            .extract();
    return of(
        new TestServer.User(
            user.server(), user.id(), answer.path("access_token"), answer.path("device_id")));
  }

  String id() {
    return user.id();
  }

  String deviceId() {
    return user.deviceId();
  }

  RequestSpecification api() {
    return user.api();
  }

  ValidatableResponse post(String path, JsonNode body) {
    return api().body(body.toString()).post(V3 + path).then();
  }

  ValidatableResponse put(String path, JsonNode body) {
    return api().body(body.toString()).put(V3 + path).then();
  }

  ValidatableResponse get(String path) {
    return api().get(V3 + path).then();
  }

  ValidatableResponse delete(String path) {
    return api().delete(V3 + path).then();
  }

  ObjectNode deviceKeys() {
    var keys = Json.object().put("user_id", id()).put("device_id", deviceId());
    keys.putArray("algorithms").add("m.olm.v1.curve25519-aes-sha2").add("m.megolm.v1.aes-sha2");
    keys.putObject("keys")
        .put("curve25519:" + deviceId(), random())
        .put("ed25519:" + deviceId(), key.verifyKey().base64());
    return SignedJson.sign(keys, id(), key);
  }

  ObjectNode oneTimeKey() {
    return SignedJson.sign(Json.object().put("key", random()), id(), key);
  }

  /// Keys named `signed_curve25519:K<number>`.
  ObjectNode oneTimeKeys(int from, int count) {
    var keys = Json.object();
    for (int i = from; i < from + count; i++)
      keys.set(ALGORITHM + ":K%04d".formatted(i), oneTimeKey());
    return keys;
  }

  ClientDevice uploadDevice() {
    var body = Json.object();
    body.set("device_keys", deviceKeys());
    post("/keys/upload", body).statusCode(200);
    return this;
  }

  static String random() {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64Unpadded.encode(bytes);
  }
}
