package org.hearth.engine.account;

import java.security.SecureRandom;
import java.util.Base64;

/// Makes tokens and identifiers that nobody can guess.
public final class Secrets {
  private static final String DEVICE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String NAME_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

  private final SecureRandom random;

  public Secrets(SecureRandom random) {
    this.random = random;
  }

  /// 256 bits, behind a prefix that says what it is, so that leaked ones can be found.
  public String token(String prefix) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  String deviceId() {
    return letters(DEVICE_LETTERS, 10);
  }

  String localpart() {
    return "u" + letters(NAME_LETTERS, 12);
  }

  byte[] salt() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return bytes;
  }

  private String letters(String from, int count) {
    var text = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      text.append(from.charAt(random.nextInt(from.length())));
    }
    return text.toString();
  }
}
