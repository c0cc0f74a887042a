package org.hearth.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything that can be configured. Each component is the key of the same name in `config.yaml`
/// (`defaultVersion` is `default_version`); that file says what each one means to an administrator.
///
/// Read by {@link ConfigReader}, which has checked every value.
///
/// @param serverName the name in all identifiers made here; never changes once the server has users
/// @param dataDirectory absolute; keys, media and the embedded database live below it
public record Config(
    String serverName,
    Path dataDirectory,
    List<Listener> listeners,
    Database database,
    MasterKey masterKey,
    Registration registration,
    Rooms rooms,
    Encryption encryption,
    Clients clients,
    Presence presence,
    RateLimits rateLimits,
    Federation federation,
    Media media,
    Retention retention,
    Limits limits,
    PasswordHashing passwordHashing,
    WellKnown wellKnown,
    Log log,
    int memoryMegabytes) {

  /// One address and port with what is served there.
  ///
  /// @param port 0 takes a free one
  /// @param tls absent serves plain HTTP
  /// @param trustedProxies peers whose `X-Forwarded-For` is believed
  public record Listener(
      String address, int port, Optional<Tls> tls, Set<Api> apis, List<Network> trustedProxies) {}

  /// PEM files; read again when they change.
  public record Tls(Path certificate, Path key) {}

  /// A face of the server that a listener can serve.
  public enum Api {
    CLIENT,
    FEDERATION,
    MEDIA,
    METRICS,
    ADMIN
  }

  /// @param url JDBC URL of PostgreSQL; absent is an embedded H2 in the data directory
  /// @param pool connections kept open
  public record Database(
      Optional<String> url, Optional<String> user, Optional<String> password, int pool) {
    /// Passwords stay out of logs.
    @Override
    public String toString() {
      return "Database[url="
          + url.map(text -> text.replaceFirst("\\?.*", ""))
          + ", pool="
          + pool
          + "]";
    }
  }

  /// Where the key that opens all sealed data comes from.
  ///
  /// @param path of {@link MasterKeySource#FILE}; made at the first start
  /// @param variable of {@link MasterKeySource#ENV}: the environment variable that holds it
  /// @param previousPath file of an earlier one, for data that is not sealed under the present one
  /// @param previousVariable the environment variable of an earlier one
  /// @param recoveryRecipient the public key of who can bring the master key back
  public record MasterKey(
      MasterKeySource source,
      Path path,
      String variable,
      Optional<Path> previousPath,
      Optional<String> previousVariable,
      Optional<String> recoveryRecipient) {}

  public enum MasterKeySource {
    FILE,
    ENV
  }

  /// @param sharedSecret allows `/_synapse/admin/v1/register`; absent means the generated file in
  ///   the data directory
  public record Registration(
      RegistrationMode mode, List<String> tokens, Optional<String> sharedSecret) {
    /// Secrets stay out of logs.
    @Override
    public String toString() {
      return "Registration[mode=" + mode + "]";
    }
  }

  public enum RegistrationMode {
    CLOSED,
    TOKEN,
    OPEN
  }

  public record Rooms(String defaultVersion) {}

  /// @param plaintextRoomIds rooms of {@link PlaintextRooms#LISTED}
  public record Encryption(
      Policy policy, PlaintextRooms plaintextRooms, List<String> plaintextRoomIds) {}

  public enum Policy {
    REQUIRED,
    OFF
  }

  public enum PlaintextRooms {
    NONE,
    LISTED,
    PUBLIC
  }

  /// @param accessTokenInQuery whether `?access_token=` is taken beside the `Authorization` header
  public record Clients(boolean accessTokenInQuery) {}

  /// @param enabled whether users see who is online
  public record Presence(boolean enabled) {}

  /// @param classes the rate of every {@link RateClass}
  public record RateLimits(boolean enabled, Map<RateClass, Rate> classes) {
    public Rate of(RateClass one) {
      return classes.getOrDefault(one, one.defaultRate());
    }
  }

  /// A token bucket, per account (or per address before login, per server in federation).
  public record Rate(double perSecond, int burst) {}

  /// What is limited together; the constructor takes the default.
  public enum RateClass {
    REGISTRATION(0.2, 5),
    LOGIN(0.2, 10),
    MESSAGE(10, 100),
    MEMBERSHIP(1, 20),
    MEDIA(10, 100),
    GENERAL(50, 500),
    FEDERATION(100, 1000);

    private final Rate otherwise;

    RateClass(double perSecond, int burst) {
      this.otherwise = new Rate(perSecond, burst);
    }

    /// The rate where the configuration names none.
    public Rate defaultRate() {
      return otherwise;
    }
  }

  /// @param extraCaCertificates PEM files trusted beside those of the Java runtime
  /// @param allowPrivateAddresses whether other servers may have loopback and private addresses
  /// @param allowedServers empty allows all; `*.example.org` covers the subdomains
  /// @param notaryServers asked for the keys of servers that do not answer for themselves
  /// @param oldVerifyKeys what this server signed with before
  public record Federation(
      boolean enabled,
      List<Path> extraCaCertificates,
      boolean allowPrivateAddresses,
      List<String> allowedServers,
      List<String> deniedServers,
      int requestTimeoutSeconds,
      List<String> notaryServers,
      List<OldVerifyKey> oldVerifyKeys) {}

  /// A signing key that is no longer in use, so that old signatures can still be checked.
  ///
  /// @param id for example `ed25519:1`
  /// @param key the public half in unpadded Base64
  /// @param expiredMs when it was last used, milliseconds since the epoch
  public record OldVerifyKey(String id, String key, long expiredMs) {}

  /// @param remoteRetentionDays how long copies of other servers' files are kept; 0 is for ever
  /// @param localRetentionDays how long uploads are kept; 0 is for ever
  public record Media(
      long maxUploadBytes, long maxRemoteBytes, int remoteRetentionDays, int localRetentionDays) {}

  /// How long messages are kept; 0 is no bound.
  ///
  /// @param enabled whether rooms and this server may say so
  /// @param defaultMaxHours for rooms that say nothing
  /// @param allowedMinHours rooms cannot go below
  /// @param allowedMaxHours rooms cannot go above
  public record Retention(
      boolean enabled, int defaultMaxHours, int allowedMinHours, int allowedMaxHours) {}

  /// Named bounds; a full one answers with the protocol's error.
  public record Limits(
      int bufferedBodiesMegabytes,
      int federationBodyBytes,
      int concurrentRequests,
      int queuedRequests,
      int syncWaiters,
      int ledgerQueue,
      int stopSeconds) {}

  /// Argon2id.
  public record PasswordHashing(int memoryKib, int iterations, int parallelism) {}

  /// What `/.well-known/matrix/` says; absent members are not served.
  public record WellKnown(Optional<URI> clientBaseUrl, Optional<String> server) {}

  public record Log(LogLevel level, LogFormat format) {}

  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  public enum LogFormat {
    TEXT,
    JSON
  }
}
