package org.hearth.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import org.hearth.e2ee.crosssigning.CrossSigningUpload;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// A user's cross-signing keys, as a client has them.
public record TestIdentity(
    UserId user, SigningKey master, SigningKey selfSigning, SigningKey userSigning) {

  public static TestIdentity of(UserId user) {
    return new TestIdentity(user, generate(), generate(), generate());
  }

  public CrossSigningUpload upload() {
    return CrossSigningUpload.of(
        masterKey(), signed(selfSigning, "self_signing"), signed(userSigning, "user_signing"));
  }

  public ObjectNode masterKey() {
    return json(master, "master");
  }

  public ObjectNode signed(SigningKey key, String usage) {
    return SignedJson.sign(json(key, usage), user.value(), master);
  }

  public static String name(SigningKey key) {
    return key.id().substring("ed25519:".length());
  }

  private ObjectNode json(SigningKey key, String usage) {
    var json = Json.object().put("user_id", user.value());
    json.putArray("usage").add(usage);
    json.putObject("keys").put(key.id(), name(key));
    return json;
  }

  private static SigningKey generate() {
    var any = SigningKey.generate("ed25519:any", new SecureRandom());
    return new SigningKey("ed25519:" + any.verifyKey().base64(), any.seed());
  }
}
