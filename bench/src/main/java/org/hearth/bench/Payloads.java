package org.hearth.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.Base64;

/// Contents like those of encrypted messages: about 1 kB, of which nobody can read a byte.
final class Payloads {
  /// The length of a mark.
  static final int MARK = 16;

  private static final int CIPHERTEXT_BYTES = 720;

  private final String noise;
  private final String senderKey;
  private final String sessionId;

  Payloads() {
    var random = new SecureRandom();
    noise = base64(random, CIPHERTEXT_BYTES);
    senderKey = base64(random, 32);
    sessionId = base64(random, 32);
  }

  /// A content that no other call gives.
  ///
  /// @param mark which the ciphertext begins with: 16 characters of the Base64 alphabet, unique in
  ///   the run
  ObjectNode content(String mark, String device) {
    return Client.object()
        .put("algorithm", "m.megolm.v1.aes-sha2")
        .put("ciphertext", mark + noise)
        .put("device_id", device)
        .put("sender_key", senderKey)
        .put("session_id", sessionId);
  }

  /// The mark of a message. Decoded it begins with byte 3, as every Megolm message does: a server
  /// may look at that.
  ///
  /// @param scenario numbers the scenarios of a run
  static String mark(int scenario, int client, long message) {
    return "Aw" + digits(scenario, 1) + digits(client, 5) + digits(message, 8);
  }

  /// The last digits of a number. `String.format` would be a large part of a send.
  private static String digits(long number, int count) {
    var digits = new char[count];
    long rest = number;
    for (int i = count - 1; i >= 0; i--, rest /= 10) digits[i] = (char) ('0' + rest % 10);
    return new String(digits);
  }

  /// The mark of a content that [#content] made.
  static String markOf(String ciphertext) {
    return ciphertext.substring(0, Math.min(MARK, ciphertext.length()));
  }

  private static String base64(SecureRandom random, int bytes) {
    var noise = new byte[bytes];
    random.nextBytes(noise);
    return Base64.getEncoder().withoutPadding().encodeToString(noise);
  }
}
