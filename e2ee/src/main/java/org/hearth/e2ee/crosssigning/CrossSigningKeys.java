package org.hearth.e2ee.crosssigning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.hearth.e2ee.Signed;
import org.hearth.schemas.crypto.VerifyKey;

/// The cross-signing keys of a user, as uploaded.
public record CrossSigningKeys(Map<Usage, ObjectNode> byUsage) {
  public static final CrossSigningKeys NONE = new CrossSigningKeys(Map.of());

  public CrossSigningKeys {
    byUsage = Map.copyOf(byUsage);
  }

  public Optional<ObjectNode> get(Usage usage) {
    return Optional.ofNullable(byUsage.get(usage));
  }

  public Optional<VerifyKey> publicKey(Usage usage) {
    return get(usage).flatMap(CrossSigningKeys::publicKeyOf);
  }

  /// The one key in `keys`: named `ed25519:<itself in unpadded Base64>`.
  public static Optional<VerifyKey> publicKeyOf(ObjectNode key) {
    var keys = key.path("keys");
    if (keys.size() != 1) return Optional.empty();
    var name = keys.fieldNames().next();
    var value = keys.path(name).asText("");
    if (!name.equals("ed25519:" + value)) return Optional.empty();
    return Signed.decode(name, value);
  }

  /// The name under which signatures refer to the key: the public key in unpadded Base64.
  public static Optional<String> nameOf(ObjectNode key) {
    return publicKeyOf(key).map(found -> found.id().substring("ed25519:".length()));
  }
}
