package org.hearth.engine.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/// Password hashes: Argon2id, in the usual text form
/// (`$argon2id$v=19$m=...,t=...,p=...$salt$hash`), so that each hash names its own parameters.
///
/// Hashing costs memory and time on purpose: it runs on the executor given, whose threads bound how
/// many run at a time. When that one is full, [Busy] is thrown.
public final class Passwords {
  private static final int HASH_BYTES = 32;

  private final Parameters parameters;
  private final Executor executor;
  private final Secrets secrets;
  private final String nobody;

  /// @param executor a few platform threads with a bounded queue; it must reject when that is full
  public Passwords(Parameters parameters, Executor executor, Secrets secrets) {
    this.parameters = parameters;
    this.executor = executor;
    this.secrets = secrets;
    this.nobody = encode(parameters, secrets.salt(), new byte[HASH_BYTES]);
  }

  /// What one hash costs.
  public record Parameters(int memoryKib, int iterations, int parallelism) {}

  /// Too many passwords are being checked already.
  public static final class Busy extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Busy(Throwable cause) {
      super("Too many passwords are being checked", cause);
    }
  }

  /// Hashes a new password.
  public String hash(String password) {
    return run(
        () -> {
          byte[] salt = secrets.salt();
          return encode(parameters, salt, argon2id(parameters, salt, password));
        });
  }

  /// Compares in constant time. Without a stored hash it takes as long and says no, so that nobody
  /// learns by the clock which accounts exist.
  public boolean matches(String password, @Nullable String stored) {
    return run(() -> verify(password, stored == null ? nobody : stored)) && stored != null;
  }

  private static boolean verify(String password, String stored) {
    String[] parts = stored.split("\\$", -1);
    if (parts.length != 6 || !parts[1].equals("argon2id") || !parts[2].equals("v=19")) {
      throw new IllegalStateException("A stored password hash is not Argon2id");
    }
    String[] costs = parts[3].split(",", -1);
    var with = new Parameters(number(costs[0]), number(costs[1]), number(costs[2]));
    var base64 = Base64.getDecoder();
    byte[] computed = argon2id(with, base64.decode(parts[4]), password);
    return MessageDigest.isEqual(computed, base64.decode(parts[5]));
  }

  private static int number(String cost) {
    return Integer.parseInt(cost.substring(2));
  }

  private static String encode(Parameters parameters, byte[] salt, byte[] hash) {
    var base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + parameters.memoryKib()
        + ",t="
        + parameters.iterations()
        + ",p="
        + parameters.parallelism()
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }

  private static byte[] argon2id(Parameters parameters, byte[] salt, String password) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(parameters.memoryKib())
            .withIterations(parameters.iterations())
            .withParallelism(parameters.parallelism())
            .withSalt(salt)
            .build());
    byte[] hash = new byte[HASH_BYTES];
    // The same letters may be typed as different code points on different keyboards.
    String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
    generator.generateBytes(normal.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }

  private <T> T run(Callable<T> work) {
    var result = new CompletableFuture<T>();
    try {
      executor.execute(
          () -> {
            try {
              result.complete(work.call());
            } catch (Exception e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      throw new Busy(e);
    }
    return result.join();
  }
}
