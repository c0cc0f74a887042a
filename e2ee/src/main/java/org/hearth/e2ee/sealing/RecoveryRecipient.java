package org.hearth.e2ee.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/// Somebody who can bring the master key back: the holder of an X25519 key that is kept away from
/// the server.
///
/// The copy is an ephemeral public key (44 bytes) and the sealed master key, in Base64; it may lie
/// anywhere, such as beside backups. Without master key and without such a copy everything sealed
/// is lost.
public final class RecoveryRecipient {

  /// A new key for recovery.
  ///
  /// @param recipient for the server's configuration
  /// @param secret for a safe
  public record Pair(String recipient, String secret) {

    @Override
    public String toString() {
      return "Pair[" + recipient + "]";
    }
  }

  private static final int PUBLIC_LENGTH = 44;
  private static final AesGcm GCM = new AesGcm();
  private final PublicKey key;

  private RecoveryRecipient(PublicKey key) {
    this.key = key;
  }

  public static Pair newKeyPair() {
    var pair = generate();
    return new Pair(text(pair.getPublic().getEncoded()), text(pair.getPrivate().getEncoded()));
  }

  /// Throws [IllegalArgumentException] if the text is not what [#newKeyPair] gave.
  public static RecoveryRecipient of(String recipient) {
    try {
      return new RecoveryRecipient(publicKey(Base64.getDecoder().decode(recipient.strip())));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "A recovery recipient is an X25519 public key in Base64.", e);
    }
  }

  /// A copy of the master key that only the holder of the secret can open.
  public String wrap(MasterKey master) {
    try {
      var ephemeral = generate();
      var header = ephemeral.getPublic().getEncoded();
      var sealed =
          GCM.seal(
              shared(ephemeral.getPrivate(), key, header),
              header,
              new byte[0],
              master.text().getBytes(StandardCharsets.US_ASCII));
      return text(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Throws [CannotOpen] if the copy was made for another recipient or is damaged.
  public static MasterKey unwrap(String secret, String copy) {
    try {
      var sealed = Base64.getDecoder().decode(copy.strip());
      if (sealed.length <= PUBLIC_LENGTH)
        throw new CannotOpen("This is not a copy of a master key.", null);
      var header = Arrays.copyOf(sealed, PUBLIC_LENGTH);
      var mine =
          KeyFactory.getInstance("X25519")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(secret.strip())));
      var plain =
          GCM.open(shared(mine, publicKey(header), header), PUBLIC_LENGTH, new byte[0], sealed);
      if (plain == null)
        throw new CannotOpen("This copy was made for another recipient, or is damaged.", null);
      return MasterKey.parse(new String(plain, StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new CannotOpen("This is not a copy of a master key.", e);
    }
  }

  private static SecretKey shared(PrivateKey mine, PublicKey theirs, byte[] ephemeral)
      throws GeneralSecurityException {
    var agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    var info =
        ByteBuffer.allocate(64)
            .put("hearth recovery ".getBytes(StandardCharsets.US_ASCII))
            .put(ephemeral);
    var parameters =
        HKDFParameterSpec.ofExtract()
            .addIKM(agreement.generateSecret())
            .thenExpand(Arrays.copyOf(info.array(), info.position()), 32);
    return KDF.getInstance("HKDF-SHA256").deriveKey("AES", parameters);
  }

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("X25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
