package org.hearth.storage.backup;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.e2ee.sealing.MasterKey;
import org.jspecify.annotations.Nullable;

/// What of a backup may lie on foreign disks: names that tell nothing, and AES-256-GCM.
///
/// A chunk's name is the HMAC-SHA-256 of its content under a key of its own, so that the same
/// content has the same name in every backup, and nobody without the key can tell which content
/// that is. Sealed bytes are: whether they are deflated (1), nonce (12), ciphertext and tag (16);
/// they are bound to their name.
final class BackupCipher {
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final byte PLAIN = 0;
  private static final byte DEFLATED = 1;

  /// Nothing larger was ever sealed here, whatever deflated bytes claim.
  private static final int MOST = 1 << 30;

  private final SecretKeySpec naming;
  private final SecretKeySpec sealing;
  private final SecureRandom random = new SecureRandom();

  BackupCipher(MasterKey master) {
    naming = new SecretKeySpec(master.derive("backup names"), "HmacSHA256");
    sealing = new SecretKeySpec(master.derive("backup sealing"), "AES");
  }

  /// 64 hexadecimal digits.
  String name(byte[] content) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(naming);
      return HexFormat.of().formatHex(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] seal(String name, byte[] content) {
    byte[] deflated = deflate(content);
    boolean smaller = deflated.length < content.length;
    byte[] plain = smaller ? deflated : content;
    byte kind = smaller ? DEFLATED : PLAIN;
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      var sealed = new byte[1 + NONCE + plain.length + TAG];
      sealed[0] = kind;
      System.arraycopy(nonce, 0, sealed, 1, NONCE);
      cipher(Cipher.ENCRYPT_MODE, nonce, name, kind)
          .doFinal(plain, 0, plain.length, sealed, 1 + NONCE);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Null if these are not the bytes that were sealed under this name with this master key.
  byte @Nullable [] open(String name, byte[] sealed) {
    if (sealed.length < 1 + NONCE + TAG) return null;
    try {
      byte kind = sealed[0];
      var nonce = java.util.Arrays.copyOfRange(sealed, 1, 1 + NONCE);
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, nonce, name, kind)
              .doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
      return kind == DEFLATED ? inflate(plain) : plain;
    } catch (AEADBadTagException | DataFormatException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String name, byte kind)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, sealing, new GCMParameterSpec(8 * TAG, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(new byte[] {kind});
    return cipher;
  }

  private static byte[] deflate(byte[] content) {
    try (var deflater = new Deflater(Deflater.BEST_SPEED)) {
      deflater.setInput(content);
      deflater.finish();
      var out = new ByteArrayOutputStream(content.length / 2 + 64);
      var buffer = new byte[64 * 1024];
      while (!deflater.finished()) out.write(buffer, 0, deflater.deflate(buffer));
      return out.toByteArray();
    }
  }

  private static byte[] inflate(byte[] deflated) throws DataFormatException {
    try (var inflater = new Inflater()) {
      inflater.setInput(deflated);
      var out = new ByteArrayOutputStream(2 * deflated.length + 64);
      var buffer = new byte[64 * 1024];
      while (!inflater.finished()) {
        int count = inflater.inflate(buffer);
        if (count == 0 || out.size() > MOST) throw new DataFormatException();
        out.write(buffer, 0, count);
      }
      return out.toByteArray();
    }
  }
}
