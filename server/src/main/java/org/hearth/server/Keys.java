package org.hearth.server;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.server.config.Config;
import org.hearth.server.config.Config.MasterKeySource;

/// The secrets a server starts with. Missing ones are made at the first start.
///
/// @param masterKey opens everything that is sealed, as of the start: [KeyRotation] may replace it
/// @param roots what is between the master key and everything else
/// @param recovery where copies of the master key go
/// @param signingKey signs this server's events and requests
/// @param sharedSecret allows `/_synapse/admin/v1/register`
/// @param operatorKey lets commands on this machine in (`/_hearth/admin`)
/// @param made whether the master key was made now, so that its owner must hear of it
record Keys(
    MasterKey masterKey,
    RootKeyFile roots,
    RecoveryCopy recovery,
    SigningKey signingKey,
    String sharedSecret,
    String operatorKey,
    boolean made) {
  private static final String SIGNING_KEY = "signing.key";
  private static final String SHARED_SECRET = "registration.secret";
  private static final String OPERATOR_KEY = "operator.key";

  /// Reads the secrets, or makes them.
  static Keys open(
      Config config, DataDirectory data, SecureRandom random, Map<String, String> environment)
      throws StartFailure {
    boolean fresh = !data.inUse();
    Config.MasterKey from = config.masterKey();
    Optional<MasterKey> stored = stored(from, environment);
    MasterKey master = stored.isPresent() ? stored.get() : makeMasterKey(from.path(), data, random);
    RootKeyFile roots =
        RootKeyFile.open(
            config.dataDirectory(), master, previous(from, environment), fresh, random);
    SigningKey signing = signingKey(data, random);
    // Its first computation takes long in a process that has just begun; others go on meanwhile.
    Thread.ofPlatform().name("signing-key").daemon().start(signing::verifyKey);
    return new Keys(
        master,
        roots,
        new RecoveryCopy(config.dataDirectory(), from.recoveryRecipient()),
        signing,
        sharedSecret(config, data, random),
        secret(data.resolve(OPERATOR_KEY), random),
        stored.isEmpty());
  }

  /// The data has opened with these keys: what depends on them is brought up to date.
  void proven() throws StartFailure {
    roots.proven(masterKey);
    try {
      recovery.keepUp(masterKey);
    } catch (IOException e) {
      throw new StartFailure(recovery.file() + " cannot be written: " + DataDirectory.reason(e), e);
    }
  }

  /// An earlier master key, for data that is not sealed under the present one yet.
  static Optional<MasterKey> previous(Config.MasterKey from, Map<String, String> environment)
      throws StartFailure {
    if (from.previousVariable().isPresent()) {
      String variable = from.previousVariable().get();
      return Optional.of(
          decode(fromEnvironment(variable, environment), "the environment variable " + variable));
    }
    if (from.previousPath().isEmpty()) return Optional.empty();
    Path file = from.previousPath().get();
    String text =
        DataDirectory.read(file)
            .orElseThrow(
                () -> new StartFailure("master_key.previous_path: " + file + " does not exist"));
    return Optional.of(decode(text, file.toString()));
  }

  /// The master key of a server that has one, for commands that need no more of it.
  static MasterKey masterKey(Config config, Map<String, String> environment) throws StartFailure {
    Config.MasterKey from = config.masterKey();
    return stored(from, environment)
        .orElseThrow(
            () ->
                new StartFailure(
                    "the master key "
                        + from.path()
                        + " is missing; put its copy there (nothing opens without it)"));
  }

  /// Empty if its file does not exist.
  private static Optional<MasterKey> stored(Config.MasterKey from, Map<String, String> environment)
      throws StartFailure {
    if (from.source() == MasterKeySource.ENV) {
      return Optional.of(
          decode(
              fromEnvironment(from.variable(), environment),
              "the environment variable " + from.variable()));
    }
    Optional<String> text = DataDirectory.read(from.path());
    return text.isPresent()
        ? Optional.of(decode(text.get(), from.path().toString()))
        : Optional.empty();
  }

  /// Where the key for commands on this machine is kept.
  static Path operatorKeyFile(Path dataDirectory) {
    return dataDirectory.resolve(OPERATOR_KEY);
  }

  /// Where the shared secret is kept when the configuration gives none.
  static Path sharedSecretFile(Path dataDirectory) {
    return dataDirectory.resolve(SHARED_SECRET);
  }

  private static String fromEnvironment(String variable, Map<String, String> environment)
      throws StartFailure {
    String value = environment.get(variable);
    if (value == null || value.isBlank()) {
      throw new StartFailure(
          "the master key comes from the environment, but the environment variable "
              + variable
              + " is not set");
    }
    return value.strip();
  }

  private static MasterKey decode(String text, String where) throws StartFailure {
    try {
      return MasterKey.parse(text);
    } catch (IllegalArgumentException e) {
      // The text itself is a secret.
      throw new StartFailure(where + " holds no master key (32 bytes in base64)");
    }
  }

  /// A master key is made for an empty data directory only: data that exists was sealed with the
  /// key that is missing now, and a new one would not open it.
  private static MasterKey makeMasterKey(Path file, DataDirectory data, SecureRandom random)
      throws StartFailure {
    if (data.inUse()) {
      throw new StartFailure(
          "the master key "
              + file
              + " is missing, but there is data that was sealed with it; bring the file back from"
              + " your backup (without it the data cannot be read)");
    }
    MasterKey key = MasterKey.random(random);
    DataDirectory.writeSecret(file, key.text());
    return key;
  }

  /// One line, as Synapse has it too: `ed25519 a_qwer <seed in unpadded base64>`.
  private static SigningKey signingKey(DataDirectory data, SecureRandom random)
      throws StartFailure {
    Path file = data.resolve(SIGNING_KEY);
    Optional<String> stored = DataDirectory.read(file);
    if (stored.isEmpty()) {
      SigningKey made = SigningKey.generate("ed25519:" + version(random), random);
      String seed = Base64.getEncoder().withoutPadding().encodeToString(made.seed());
      DataDirectory.writeSecret(file, made.id().replace(':', ' ') + " " + seed);
      return made;
    }
    String[] words = stored.get().split("\\s+", -1);
    try {
      if (words.length == 3 && words[0].equals("ed25519")) {
        return new SigningKey("ed25519:" + words[1], Base64.getDecoder().decode(words[2]));
      }
    } catch (IllegalArgumentException e) {
      // Said below; the text itself is a secret.
    }
    throw new StartFailure(file + " holds no signing key (ed25519 VERSION SEED)");
  }

  private static String version(SecureRandom random) {
    return "a_" + random.ints(4, 'a', 'z' + 1).mapToObj(Character::toString).collect(joining());
  }

  private static String sharedSecret(Config config, DataDirectory data, SecureRandom random)
      throws StartFailure {
    if (config.registration().sharedSecret().isPresent()) {
      return config.registration().sharedSecret().get();
    }
    return secret(data.resolve(SHARED_SECRET), random);
  }

  private static String secret(Path file, SecureRandom random) throws StartFailure {
    Optional<String> stored = DataDirectory.read(file);
    if (stored.isPresent()) return stored.get();
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    DataDirectory.writeSecret(file, secret);
    return secret;
  }

  /// Secrets stay out of logs.
  @Override
  public String toString() {
    return "Keys[made=" + made + "]";
  }
}
