package org.hearth.schemas.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// The public half of an Ed25519 key. The point is decoded once, here: that is a third of a
/// verification.
public class VerifyKey {
  private final String id;
  private final Ed25519PublicKeyParameters point;

  /// @param id for example `ed25519:abc`; for cross-signing keys and devices the part after the
  ///   colon is free text
  /// @param bytes 32 bytes
  /// @throws IllegalArgumentException if the ID or the bytes are no Ed25519 key
  public VerifyKey(String id, byte[] bytes) {
    this.id = KeyId.requireEd25519(id);
    if (bytes.length != Ed25519.PUBLIC_KEY_SIZE) {
      throw new IllegalArgumentException("An Ed25519 public key has 32 bytes");
    }
    this.point = new Ed25519PublicKeyParameters(bytes);
  }

  /// @param unpaddedBase64 32 bytes
  public static VerifyKey decode(String id, String unpaddedBase64) {
    return new VerifyKey(id, Base64Unpadded.decode(unpaddedBase64));
  }

  public String id() {
    return id;
  }

  public byte[] bytes() {
    return point.getEncoded();
  }

  public String base64() {
    return Base64Unpadded.encode(bytes());
  }

  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && point.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifyKey key
        && id.equals(key.id)
        && Arrays.equals(bytes(), key.bytes());
  }

  @Override
  public int hashCode() {
    return id.hashCode() ^ Arrays.hashCode(bytes());
  }

  @Override
  public String toString() {
    return id + " " + base64();
  }
}
