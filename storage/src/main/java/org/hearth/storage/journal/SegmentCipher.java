package org.hearth.storage.journal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/// AES-256-GCM with a key of its own for each segment, so that random nonces stay far below their
/// limit.
final class SegmentCipher {
  static final int NONCE = 12;
  static final int OVERHEAD = NONCE + 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKey key;
  private final Cipher cipher;

  /// @param root 32 bytes, for journals only
  /// @param salt random, from the segment's header
  SegmentCipher(byte[] root, byte[] salt) {
    try {
      var parameters =
          HKDFParameterSpec.ofExtract()
              .addIKM(root)
              .addSalt(salt)
              .thenExpand(
                  "hearth journal segment".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                  32);
      key = KDF.getInstance("HKDF-SHA256").deriveKey("AES", parameters);
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Nonce and ciphertext. `place` binds them to their segment, offset and batch.
  byte[] seal(byte[] place, byte[] plaintext) {
    var sealed = new byte[plaintext.length + OVERHEAD];
    seal(place, plaintext, plaintext.length, sealed, 0);
    return sealed;
  }

  /// Writes nonce and ciphertext, [#OVERHEAD] longer than the plaintext.
  void seal(byte[] place, byte[] plaintext, int length, byte[] sealed, int at) {
    try {
      var nonce = new byte[NONCE];
      RANDOM.nextBytes(nonce);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, nonce));
      cipher.updateAAD(place);
      System.arraycopy(nonce, 0, sealed, at, NONCE);
      cipher.doFinal(plaintext, 0, length, sealed, at + NONCE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Null if these bytes were not sealed here.
  byte @Nullable [] open(byte[] place, byte[] sealed) {
    if (sealed.length < OVERHEAD) return null;
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, sealed, 0, NONCE));
      cipher.updateAAD(place);
      return cipher.doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] place(long segment, long offset, long batch) {
    return ByteBuffer.allocate(24).putLong(segment).putLong(offset).putLong(batch).array();
  }

  static byte[] salt() {
    var salt = new byte[32];
    RANDOM.nextBytes(salt);
    return salt;
  }
}
