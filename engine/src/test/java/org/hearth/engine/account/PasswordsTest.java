package org.hearth.engine.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private static final Secrets SECRETS = new Secrets(new SecureRandom());
  private static final Passwords PASSWORDS =
      new Passwords(new Passwords.Parameters(64, 2, 1), Runnable::run, SECRETS);

  @Test
  void onlyThePasswordMatches() {
    String hash = PASSWORDS.hash("correct horse");
    assertThat(hash).startsWith("$argon2id$v=19$m=64,t=2,p=1$");
    assertThat(PASSWORDS.matches("correct horse", hash)).isTrue();
    assertThat(PASSWORDS.matches("correct horsE", hash)).isFalse();
    assertThat(PASSWORDS.matches("correct horse", null)).isFalse();
    assertThat(PASSWORDS.hash("correct horse")).isNotEqualTo(hash);
  }

  @Test
  void hashesKeepTheParametersTheyWereMadeWith() {
    String hash = PASSWORDS.hash("correct horse");
    var others = new Passwords(new Passwords.Parameters(128, 1, 1), Runnable::run, SECRETS);
    assertThat(others.matches("correct horse", hash)).isTrue();
  }

  /// The test vector of the reference implementation's command line, with these parameters.
  @Test
  void hashesAreThoseOfOtherImplementations() {
    String hash =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
            + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assertThat(PASSWORDS.matches("password", hash)).isTrue();
  }

  @Test
  void tooManyAtOnceAreRefused() {
    var full =
        new Passwords(
            new Passwords.Parameters(64, 1, 1),
            task -> {
              throw new RejectedExecutionException();
            },
            SECRETS);
    assertThatThrownBy(() -> full.hash("x")).isInstanceOf(Passwords.Busy.class);
  }
}
