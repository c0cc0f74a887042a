package org.hearth.schemas.crypto;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/// A whole Ed25519 key. Its text form hides the seed, so that it cannot reach a log.
///
/// Open, as [VerifyKey] is, for the simulator alone, which puts a cheaper scheme in its place.
public class SigningKey {
  private final String id;
  private final byte[] seed;
  private volatile byte @Nullable [] publicKey;

  /// @param id for example `ed25519:abc`
  /// @param seed 32 bytes
  public SigningKey(String id, byte[] seed) {
    this.id = KeyId.requireEd25519(id);
    if (seed.length != Ed25519.SECRET_KEY_SIZE) {
      throw new IllegalArgumentException("An Ed25519 seed has 32 bytes");
    }
    this.seed = seed.clone();
  }

  public static SigningKey generate(String id, SecureRandom random) {
    byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
    random.nextBytes(seed);
    return new SigningKey(id, seed);
  }

  public String id() {
    return id;
  }

  /// The secret itself, for storing it sealed.
  public byte[] seed() {
    return seed.clone();
  }

  public VerifyKey verifyKey() {
    return new VerifyKey(id, publicKey());
  }

  /// Computed when it is first needed: a start has better things to do than to wait for it.
  private byte[] publicKey() {
    byte[] known = publicKey;
    if (known == null) {
      known = new byte[Ed25519.PUBLIC_KEY_SIZE];
      Ed25519.generatePublicKey(seed, 0, known, 0);
      publicKey = known;
    }
    return known;
  }

  /// 64 bytes. The public key is at hand, which halves the work.
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicKey(), 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
