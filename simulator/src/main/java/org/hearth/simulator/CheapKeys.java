package org.hearth.simulator;

import java.security.MessageDigest;
import java.util.Arrays;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;

/// Signatures that cost a hash: who knows the public key could forge them, and nobody in a
/// simulation does. Most seeds use them, since Ed25519 would be most of a run.
final class CheapKeys extends SigningKey {
  private final byte[] secret;

  CheapKeys(String id, byte[] seed) {
    super(id, seed);
    this.secret = seed.clone();
  }

  @Override
  public byte[] sign(byte[] message) {
    return signature(secret, message);
  }

  @Override
  public VerifyKey verifyKey() {
    return new Verifier(super.verifyKey(), secret);
  }

  private static byte[] signature(byte[] secret, byte[] message) {
    byte[] both = Arrays.copyOf(secret, secret.length + message.length);
    System.arraycopy(message, 0, both, secret.length, message.length);
    return Arrays.copyOf(Sha256.of(both), 64);
  }

  private static final class Verifier extends VerifyKey {
    private final byte[] secret;

    Verifier(VerifyKey key, byte[] secret) {
      super(key.id(), key.bytes());
      this.secret = secret;
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
      return MessageDigest.isEqual(signature, signature(secret, message));
    }

    @Override
    public boolean equals(Object other) {
      return super.equals(other);
    }

    @Override
    public int hashCode() {
      return super.hashCode();
    }
  }
}
