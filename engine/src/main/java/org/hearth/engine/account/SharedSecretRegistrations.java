package org.hearth.engine.account;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.jspecify.annotations.Nullable;

/// Registration by whoever knows the server's shared secret, as `/_synapse/admin/v1/register` does
/// it: a nonce, and HMAC-SHA1 over what is asked for.
public final class SharedSecretRegistrations {
  private static final int MAX_NONCES = 1000;

  private final Registrations registrations;
  private final Optional<String> sharedSecret;
  private final ShortLived<Boolean> nonces;

  /// @param sharedSecret empty turns it off
  public SharedSecretRegistrations(
      Registrations registrations,
      Optional<String> sharedSecret,
      Secrets secrets,
      InstantSource clock) {
    this.registrations = registrations;
    this.sharedSecret = sharedSecret;
    this.nonces = new ShortLived<>(secrets, "", Duration.ofMinutes(1), MAX_NONCES, clock);
  }

  /// What is asked for, and its authentication.
  ///
  /// @param userType null, or a kind of user; part of what is authenticated
  /// @param mac HMAC-SHA1 as hexadecimal digits
  public record Request(
      String nonce,
      String username,
      String password,
      boolean administrator,
      @Nullable String userType,
      String mac) {
    /// Secrets stay out of logs.
    @Override
    public String toString() {
      return "Request[" + username + "]";
    }
  }

  /// A number to use once within a minute; empty where there is no shared secret.
  public Optional<String> nonce() {
    return sharedSecret.map(secret -> nonces.issue(true));
  }

  /// Registers, if the secret is right.
  public Registrations.Result register(Request request, NewLogin login) {
    if (sharedSecret.isEmpty()) {
      return refused(ErrorCode.M_FORBIDDEN, "Registration by shared secret is off");
    }
    if (nonces.take(request.nonce()).isEmpty()) {
      return refused(ErrorCode.M_UNKNOWN, "Unknown nonce");
    }
    byte[] expected = mac(sharedSecret.get(), request);
    byte[] given;
    try {
      given = HexFormat.of().parseHex(request.mac());
    } catch (IllegalArgumentException e) {
      return refused(ErrorCode.M_FORBIDDEN, "HMAC incorrect");
    }
    if (!MessageDigest.isEqual(expected, given)) {
      return refused(ErrorCode.M_FORBIDDEN, "HMAC incorrect");
    }
    return registrations.registerAsAdministrator(
        new Registrations.Request(request.username(), request.password(), login),
        request.administrator());
  }

  private static byte[] mac(String secret, Request request) {
    String text =
        request.nonce()
            + "\0"
            + request.username()
            + "\0"
            + request.password()
            + "\0"
            + (request.administrator() ? "admin" : "notadmin")
            + (request.userType() == null ? "" : "\0" + request.userType());
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every JDK has HmacSHA1", e);
    }
  }

  private static Registrations.Result refused(ErrorCode code, String message) {
    return new Registrations.Result.Refused(new Refusal(code, message));
  }
}
