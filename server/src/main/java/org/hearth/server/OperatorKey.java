package org.hearth.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.hearth.client.http.TokenCheck;

/// Knows the key of commands on this machine, and asks the accounts about all other tokens.
record OperatorKey(byte[] key, TokenCheck accounts) implements TokenCheck {

  OperatorKey(String key, TokenCheck accounts) {
    this(key.getBytes(StandardCharsets.UTF_8), accounts);
  }

  @Override
  public Result check(String accessToken, String address, String userAgent) {
    return MessageDigest.isEqual(key, accessToken.getBytes(StandardCharsets.UTF_8))
        ? new Result.Operator()
        : accounts.check(accessToken, address, userAgent);
  }

  /// Secrets stay out of logs.
  @Override
  public String toString() {
    return "OperatorKey";
  }
}
