package org.hearth.schemas.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.hearth.schemas.json.CanonicalJson;

/// [Signing JSON](https://spec.matrix.org/v1.19/appendices/#signing-json): "The JSON is signed by
/// removing the `signatures` and `unsigned` members, encoding it as canonical JSON, and signing".
/// Signatures stand at `signatures.<entity>.<key id>`; an entity is a server name, or a user ID for
/// device and cross-signing keys.
public final class SignedJson {
  private SignedJson() {}

  /// A copy of the object with one more signature; those it has stay.
  public static ObjectNode sign(ObjectNode object, String entity, SigningKey key) {
    return withSignature(object, entity, key.id(), key.sign(signedBytes(object)));
  }

  /// A copy of the object with one more signature, made elsewhere.
  public static ObjectNode withSignature(
      ObjectNode object, String entity, String keyId, byte[] signature) {
    ObjectNode signed = object.deepCopy();
    signed
        .withObjectProperty("signatures")
        .withObjectProperty(entity)
        .put(keyId, Base64Unpadded.encode(signature));
    return signed;
  }

  /// Whether the entity signed the object with this key. An absent or malformed signature is no
  /// signature.
  public static boolean verify(ObjectNode object, String entity, VerifyKey key) {
    return signature(object, entity, key.id())
        .map(signature -> key.verify(signedBytes(object), signature))
        .orElse(false);
  }

  /// The signature at `signatures.<entity>.<key id>`, if it is Base64.
  public static Optional<byte[]> signature(ObjectNode object, String entity, String keyId) {
    JsonNode text = object.path("signatures").path(entity).path(keyId);
    if (!text.isTextual()) return Optional.empty();
    try {
      return Optional.of(Base64Unpadded.decode(text.textValue()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// What a signature of the object covers.
  public static byte[] signedBytes(ObjectNode object) {
    ObjectNode bare = object.objectNode();
    bare.setAll(object);
    bare.remove("signatures");
    bare.remove("unsigned");
    return CanonicalJson.encode(bare);
  }
}
