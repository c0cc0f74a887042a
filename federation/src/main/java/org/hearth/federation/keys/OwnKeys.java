package org.hearth.federation.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;

/// This server's keys, and the document that publishes them.
public final class OwnKeys {
  /// How long others may rely on a document.
  static final Duration LIFETIME = Duration.ofHours(24);

  /// "Originating servers should avoid returning responses that expire in less than an hour".
  private static final Duration RENEWAL = Duration.ofHours(1);

  private final ServerName server;
  private final SigningKey current;
  private final List<Retired> retired;
  private final InstantSource clock;
  private volatile Signed signed;

  /// @param retired keys that this server signed with before
  public OwnKeys(
      ServerName server, SigningKey current, List<Retired> retired, InstantSource clock) {
    this.server = server;
    this.current = current;
    this.retired = List.copyOf(retired);
    this.clock = clock;
    this.signed = sign(clock.millis());
  }

  /// @param expiredTs when it was used last, in milliseconds since the epoch
  public record Retired(VerifyKey key, long expiredTs) {}

  public ServerName server() {
    return server;
  }

  public SigningKey current() {
    return current;
  }

  /// Body of
  /// [getServerKey](https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server). Signed
  /// anew every hour.
  public ObjectNode document() {
    long now = clock.millis();
    Signed latest = signed;
    if (now >= latest.madeTs + RENEWAL.toMillis() || now < latest.madeTs) {
      latest = sign(now);
      signed = latest;
    }
    return latest.document.deepCopy();
  }

  /// An own key that was in use at `timestamp`.
  Optional<VerifyKey> find(String keyId, long timestamp, boolean strict) {
    if (current.id().equals(keyId)) return Optional.of(current.verifyKey());
    return retired.stream()
        .filter(old -> old.key.id().equals(keyId))
        .filter(old -> !strict || old.expiredTs >= timestamp)
        .map(Retired::key)
        .findFirst();
  }

  private Signed sign(long now) {
    // In canonical order, since some servers check the signature over the bytes as they came.
    ObjectNode document = Json.object();
    ObjectNode old = document.putObject("old_verify_keys");
    for (Retired key : retired) {
      old.putObject(key.key.id()).put("expired_ts", key.expiredTs).put("key", key.key.base64());
    }
    document.put("server_name", server.value());
    document.put("valid_until_ts", now + LIFETIME.toMillis());
    document
        .putObject("verify_keys")
        .putObject(current.id())
        .put("key", current.verifyKey().base64());
    return new Signed(SignedJson.sign(document, server.value(), current), now);
  }

  private record Signed(ObjectNode document, long madeTs) {}
}
