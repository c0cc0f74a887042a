package org.hearth.federation.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.hearth.engine.federation.LearnedKey;
import org.hearth.engine.federation.ServerKeyStore;
import org.hearth.engine.federation.ServerKeysLearned;
import org.hearth.engine.room.ServerKeys;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Other servers' keys, from memory, from the disk, from the server itself, from notaries; in this
/// order. Blocks while it fetches.
///
/// Threads that want keys of one server at the same time wait for one fetch. A server whose keys
/// could not be had, or had not the wanted key, is not asked again before a while; the wait doubles
/// up to five minutes.
public final class KeyRing implements ServerKeys {
  /// "Servers MUST use the lesser of this field and 7 days into the future when determining if a
  /// key is valid."
  static final Duration LONGEST_TRUST = Duration.ofDays(7);

  static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

  private final OwnKeys own;
  private final KeyFetcher fetcher;
  private final List<ServerName> notaries;
  private final ServerKeyStore store;
  private final Ledger ledger;
  private final InstantSource clock;
  private final Cache<ServerName, Known> memory;
  private final Cache<ServerName, Attempts> attempts;

  /// Fetches under way; an entry lives no longer than the fetch, whose number the client bounds.
  private final ConcurrentMap<ServerName, CompletableFuture<Void>> inFlight =
      new ConcurrentHashMap<>();

  /// @param notaries servers to ask when one does not answer for itself
  /// @param remembered how many servers' keys stay in memory
  public KeyRing(
      OwnKeys own,
      KeyFetcher fetcher,
      List<ServerName> notaries,
      ServerKeyStore store,
      Ledger ledger,
      InstantSource clock,
      int remembered) {
    this.own = own;
    this.fetcher = fetcher;
    this.notaries = List.copyOf(notaries);
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
    this.memory = Caffeine.newBuilder().maximumSize(remembered).build();
    this.attempts = Caffeine.newBuilder().maximumSize(remembered).build();
  }

  /// A key for checking a signature that `server` made at `timestamp`; empty if there is none to be
  /// had.
  ///
  /// @param timestamp `origin_server_ts` of an event, or the present for a request; milliseconds
  ///   since the epoch
  /// @param strict whether the key must have been valid then (room version 5 and later, and
  ///   requests); else any known key is good
  @Override
  public Optional<VerifyKey> find(ServerName server, String keyId, long timestamp, boolean strict) {
    Optional<VerifyKey> known = known(server, keyId, timestamp, strict);
    if (known.isPresent() || server.equals(own.server())) return known;
    refresh(server, timestamp);
    return known(server, keyId, timestamp, strict);
  }

  /// [#find] without asking anybody: what is in memory or on the disk.
  @Override
  public Optional<VerifyKey> known(
      ServerName server, String keyId, long timestamp, boolean strict) {
    if (server.equals(own.server())) return own.find(keyId, timestamp, strict);
    return known(server).find(keyId, timestamp, strict, clock.millis());
  }

  /// A key for a request that arrives now.
  public Optional<VerifyKey> findForRequest(ServerName server, String keyId) {
    return find(server, keyId, clock.millis(), true);
  }

  /// The newest document of `server` for passing it on, fetched anew if it is not valid until
  /// `minimumValidUntilTs` or half of its life is over; an older one "so that the signatures of old
  /// events can still be checked" if it cannot be fetched.
  Optional<ObjectNode> document(ServerName server, long minimumValidUntilTs) {
    if (server.equals(own.server())) return Optional.of(own.document());
    Known known = known(server);
    long now = clock.millis();
    boolean halfOver = now > known.fetchedTs + (known.documentValidUntilTs - known.fetchedTs) / 2;
    if (known.document == null || halfOver || known.documentValidUntilTs < minimumValidUntilTs) {
      refresh(server, now);
      known = known(server);
    }
    return Optional.ofNullable(known.document);
  }

  public ServerName serverName() {
    return own.server();
  }

  /// This server's own document.
  public ObjectNode ownDocument() {
    return own.document();
  }

  /// What [#document] gives, with this server's signature as a notary.
  public Optional<ObjectNode> documentForNotary(ServerName server, long minimumValidUntilTs) {
    Optional<ObjectNode> document = document(server, minimumValidUntilTs);
    if (server.equals(own.server())) return document;
    return document.map(json -> SignedJson.sign(json, own.server().value(), own.current()));
  }

  private Known known(ServerName server) {
    Known cached = memory.getIfPresent(server);
    if (cached != null) return cached;
    Known stored = store.find(server).map(KeyRing::fromStore).orElse(Known.NOTHING);
    Known raced = memory.asMap().putIfAbsent(server, stored);
    return raced == null ? stored : raced;
  }

  private static Known fromStore(ServerKeyStore.Known stored) {
    Map<String, LearnedKey> keys = new HashMap<>();
    stored.keys().forEach(key -> keys.put(key.key().id(), key));
    try {
      ObjectNode document = Json.parseObject(stored.document());
      return new Known(
          keys, document, document.path("valid_until_ts").asLong(), stored.fetchedTs());
    } catch (org.hearth.schemas.json.MalformedJson e) {
      return new Known(keys, null, 0, stored.fetchedTs());
    }
  }

  private void refresh(ServerName server, long timestamp) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = inFlight.putIfAbsent(server, mine);
    if (other != null) {
      other.join();
      return;
    }
    try {
      if (mayAsk(server)) fetch(server, timestamp);
    } finally {
      inFlight.remove(server, mine);
      mine.complete(null);
    }
  }

  /// A server is asked at most once in a while, whether it answers or not: an unknown key ID in a
  /// forged signature costs one fetch.
  private boolean mayAsk(ServerName server) {
    Attempts state = attempts.getIfPresent(server);
    return state == null || clock.millis() >= state.notBeforeTs;
  }

  private void fetch(ServerName server, long timestamp) {
    Optional<KeyDocument> document =
        fetcher.direct(server).flatMap(json -> KeyDocument.check(server, json));
    for (ServerName notary : notaries) {
      if (document.isPresent()) break;
      if (!notary.equals(server)) document = viaNotary(notary, server, timestamp);
    }
    Attempts before = attempts.getIfPresent(server);
    if (document.isPresent()) {
      attempts.put(server, new Attempts(0, clock.millis() + FIRST_WAIT.toMillis()));
      learn(document.get());
    } else {
      int failures = before == null ? 0 : Math.min(before.failures + 1, 20);
      long wait =
          Math.min(FIRST_WAIT.toMillis() << Math.min(failures, 20), LONGEST_WAIT.toMillis());
      attempts.put(server, new Attempts(failures, clock.millis() + wait));
      log.debug("no keys of {} to be had", server);
    }
  }

  private Optional<KeyDocument> viaNotary(ServerName notary, ServerName server, long timestamp) {
    JsonNode answers =
        fetcher.viaNotary(notary, server, Math.min(timestamp, clock.millis())).orElse(null);
    if (answers == null || answers.size() > 100) return Optional.empty();
    KeyDocument best = null;
    for (JsonNode answer : answers) {
      if (!(answer instanceof ObjectNode json) || !signedByNotary(notary, json)) continue;
      KeyDocument document = KeyDocument.check(server, json).orElse(null);
      if (document == null) continue;
      if (best == null || document.validUntilTs() > best.validUntilTs()) best = document;
    }
    return Optional.ofNullable(best);
  }

  private boolean signedByNotary(ServerName notary, ObjectNode json) {
    for (String keyId : names(json.path("signatures").path(notary.value()))) {
      if (find(notary, keyId, clock.millis(), true)
          .filter(key -> SignedJson.verify(json, notary.value(), key))
          .isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).limit(10).toList();
  }

  private void learn(KeyDocument document) {
    long now = clock.millis();
    Known before = known(document.server());
    Map<String, LearnedKey> keys = new HashMap<>(before.keys);
    document.keys().forEach(key -> keys.put(key.key().id(), key));
    memory.put(document.server(), new Known(keys, document.json(), document.validUntilTs(), now));
    ledger
        .append(
            Entry.of(
                Lane.FEDERATION,
                List.of(
                    new ServerKeysLearned(
                        document.server(), document.keys(), Json.write(document.json()), now))))
        .exceptionally(
            failure -> {
              // They can be fetched again.
              log.warn("keys of {} were not stored: {}", document.server(), failure.toString());
              return 0L;
            });
  }

  /// What is known of a server; never changed, only replaced.
  private record Known(
      Map<String, LearnedKey> keys,
      @Nullable ObjectNode document,
      long documentValidUntilTs,
      long fetchedTs) {
    static final Known NOTHING = new Known(Map.of(), null, 0, 0);

    Optional<VerifyKey> find(String keyId, long timestamp, boolean strict, long now) {
      LearnedKey learned = keys.get(keyId);
      if (learned == null) return Optional.empty();
      long until =
          learned.expired()
              ? learned.validUntilTs()
              : Math.min(learned.validUntilTs(), now + LONGEST_TRUST.toMillis());
      return strict && until < timestamp ? Optional.empty() : Optional.of(learned.key());
    }
  }

  private record Attempts(int failures, long notBeforeTs) {}
}
