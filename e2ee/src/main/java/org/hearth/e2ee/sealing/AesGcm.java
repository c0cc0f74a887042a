package org.hearth.e2ee.sealing;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/// AES-GCM with random nonces. Ciphers and random bytes are kept for reuse, since virtual threads
/// are too many for thread-locals.
final class AesGcm {
  static final int NONCE = 12;
  static final int TAG = 16;
  private static final int NONCES_AT_ONCE = 64;

  /// A cipher and random bytes, used by one thread at a time.
  private static final class Worker {
    final Cipher cipher;
    final byte[] random = new byte[NONCE * NONCES_AT_ONCE];
    int used = random.length;

    Worker() throws GeneralSecurityException {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    }
  }

  private final SecureRandom secureRandom = new SecureRandom();
  private final ArrayBlockingQueue<Worker> idle =
      new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

  /// `header`, nonce, ciphertext and tag. The header is bound like associated data.
  byte[] seal(SecretKey key, byte[] header, byte[] associatedData, byte[] plaintext) {
    try {
      var worker = take();
      var sealed = new byte[header.length + NONCE + plaintext.length + TAG];
      System.arraycopy(header, 0, sealed, 0, header.length);
      nonce(worker, sealed, header.length);
      worker.cipher.init(
          Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG, sealed, header.length, NONCE));
      worker.cipher.updateAAD(header);
      worker.cipher.updateAAD(associatedData);
      worker.cipher.doFinal(plaintext, 0, plaintext.length, sealed, header.length + NONCE);
      give(worker);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Null if the bytes are not what was sealed with this key, header length and associated data.
  byte @Nullable [] open(SecretKey key, int headerLength, byte[] associatedData, byte[] sealed) {
    if (sealed.length < headerLength + NONCE + TAG) return null;
    try {
      var worker = take();
      worker.cipher.init(
          Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG, sealed, headerLength, NONCE));
      worker.cipher.updateAAD(sealed, 0, headerLength);
      worker.cipher.updateAAD(associatedData);
      int at = headerLength + NONCE;
      var plain = worker.cipher.doFinal(sealed, at, sealed.length - at);
      give(worker);
      return plain;
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void nonce(Worker worker, byte[] target, int at) {
    if (worker.used == worker.random.length) {
      secureRandom.nextBytes(worker.random);
      worker.used = 0;
    }
    System.arraycopy(worker.random, worker.used, target, at, NONCE);
    worker.used += NONCE;
  }

  private Worker take() throws GeneralSecurityException {
    var worker = idle.poll();
    return worker == null ? new Worker() : worker;
  }

  private void give(Worker worker) {
    var _ = idle.offer(worker);
  }
}
