package org.hearth.e2ee.sealing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// 32 random bytes that everything sealed depends on. Without them the database is worthless, for
/// thieves and for its owner.
public final class MasterKey {
  private static final int LENGTH = 32;
  private final byte[] secret;

  private MasterKey(byte[] secret) {
    if (secret.length != LENGTH) throw new IllegalArgumentException("A master key has 32 bytes.");
    this.secret = secret.clone();
  }

  public static MasterKey of(byte[] secret) {
    return new MasterKey(secret);
  }

  public static MasterKey random(SecureRandom random) {
    var secret = new byte[LENGTH];
    random.nextBytes(secret);
    return new MasterKey(secret);
  }

  /// From the text that [#text] gave; surrounding white space is ignored.
  public static MasterKey parse(String text) {
    try {
      return new MasterKey(Base64.getDecoder().decode(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("A master key is 32 bytes in Base64: 44 characters.", e);
    }
  }

  /// For the key file only.
  public String text() {
    return Base64.getEncoder().encodeToString(secret);
  }

  /// Tells master keys apart without saying anything about them.
  public String fingerprint() {
    return HexFormat.of().formatHex(derive("fingerprint"), 0, 8);
  }

  /// A key for one use, from HKDF-SHA-256.
  ///
  /// @param use differs for each use
  public byte[] derive(String use) {
    var info = ("hearth " + use).getBytes(StandardCharsets.UTF_8);
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, LENGTH));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Never the key.
  @Override
  public String toString() {
    return "MasterKey";
  }
}
