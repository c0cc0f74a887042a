package org.hearth.engine.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Set;
import org.hearth.schemas.id.ServerName;

/// What an administrator decided about accounts.
///
/// @param registrationTokens those that [Registration#TOKEN] takes
/// @param accessTokenLifetime of tokens that can be refreshed; others last until logout
/// @param refreshTokenLifetime how long a session may rest
/// @param passwordLengthMin in characters
public record AccountSettings(
    ServerName serverName,
    Registration registration,
    Set<String> registrationTokens,
    Duration accessTokenLifetime,
    Duration refreshTokenLifetime,
    int passwordLengthMin) {

  public AccountSettings {
    registrationTokens = Set.copyOf(registrationTokens);
  }

  /// Who may make an account.
  public enum Registration {
    CLOSED,
    TOKEN,
    OPEN
  }

  /// Compares in constant time with each token.
  boolean isRegistrationToken(String token) {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (String known : registrationTokens) {
      found |= MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), bytes);
    }
    return found;
  }

  /// Open registration with the lifetimes that suit most.
  public static AccountSettings open(ServerName serverName) {
    return new AccountSettings(
        serverName, Registration.OPEN, Set.of(), Duration.ofMinutes(60), Duration.ofDays(90), 8);
  }

  /// Registration tokens stay out of logs.
  @Override
  public String toString() {
    return "AccountSettings[" + serverName + ", " + registration + "]";
  }
}
