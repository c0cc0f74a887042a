package org.hearth.e2ee;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.UserId;

/// What device keys and cross-signing keys have in common: JSON objects of a user, with `keys`, and
/// signed.
public final class Signed {
  private Signed() {}

  /// The Ed25519 key named `ed25519:<name>` in `keys`, if it is one.
  public static Optional<VerifyKey> key(ObjectNode object, String name) {
    var id = "ed25519:" + name;
    var text = object.path("keys").path(id);
    if (!text.isTextual()) return Optional.empty();
    return decode(id, text.textValue());
  }

  public static Optional<VerifyKey> decode(String id, String unpaddedBase64) {
    try {
      return Optional.of(VerifyKey.decode(id, unpaddedBase64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public static boolean verify(ObjectNode object, UserId signer, VerifyKey key) {
    return SignedJson.verify(object, signer.value(), key);
  }

  /// Whether both say the same, apart from `signatures` and `unsigned`.
  public static boolean sameContent(ObjectNode a, ObjectNode b) {
    return Arrays.equals(SignedJson.signedBytes(a), SignedJson.signedBytes(b));
  }

  /// The signature's text at `signatures.<signer>.<key id>`.
  public static Optional<String> text(ObjectNode object, UserId signer, String keyId) {
    JsonNode text = object.path("signatures").path(signer.value()).path(keyId);
    return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
  }
}
