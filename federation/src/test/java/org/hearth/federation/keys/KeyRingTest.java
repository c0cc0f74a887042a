package org.hearth.federation.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.hearth.engine.federation.ServerKeyStore;
import org.hearth.engine.federation.ServerKeysLearned;
import org.hearth.federation.TestClock;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.Test;

class KeyRingTest {
  private static final ServerName US = new ServerName("us.example");
  private static final ServerName PEER = new ServerName("peer.example");
  private static final ServerName NOTARY = new ServerName("notary.example");
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TestClock clock = new TestClock();
  private final SigningKey ownKey = SigningKey.generate("ed25519:us", RANDOM);
  private final SigningKey peerKey = SigningKey.generate("ed25519:peer", RANDOM);
  private final SigningKey notaryKey = SigningKey.generate("ed25519:notary", RANDOM);
  private final Network network = new Network();
  private final Disk disk = new Disk();

  private KeyRing ring(ServerName... notaries) {
    OwnKeys own = new OwnKeys(US, ownKey, List.of(), clock);
    return new KeyRing(own, network, List.of(notaries), disk, disk, clock, 100);
  }

  private long now() {
    return clock.millis();
  }

  private ObjectNode document(ServerName server, SigningKey key, Duration validity) {
    ObjectNode document = Json.object();
    document.put("server_name", server.value());
    document.put("valid_until_ts", now() + validity.toMillis());
    document.putObject("verify_keys").putObject(key.id()).put("key", key.verifyKey().base64());
    document.putObject("old_verify_keys");
    return SignedJson.sign(document, server.value(), key);
  }

  @Test
  void fetchesKeysFromTheServerItselfOnce() {
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofHours(1)));
    KeyRing ring = ring();
    assertThat(ring.findForRequest(PEER, "ed25519:peer")).contains(peerKey.verifyKey());
    assertThat(ring.findForRequest(PEER, "ed25519:peer")).contains(peerKey.verifyKey());
    assertThat(network.requests.get()).isEqualTo(1);
  }

  @Test
  void remembersKeysAcrossRestarts() {
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofHours(1)));
    assertThat(ring().findForRequest(PEER, "ed25519:peer")).isPresent();
    network.direct.clear();
    assertThat(ring().findForRequest(PEER, "ed25519:peer")).contains(peerKey.verifyKey());
  }

  @Test
  void knowsItsOwnKeys() {
    assertThat(ring().findForRequest(US, "ed25519:us")).contains(ownKey.verifyKey());
    assertThat(ring().findForRequest(US, "ed25519:other")).isEmpty();
  }

  /// "the key must be valid at the time of the event": room version 5 and later; 1 to 4 take any
  /// known key.
  @Test
  void aKeyCountsOnlyUntilItsDocumentExpiresUnlessTheRoomVersionIsOld() {
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofHours(1)));
    KeyRing ring = ring();
    long later = now() + Duration.ofHours(2).toMillis();
    clock.advance(Duration.ofHours(2));
    assertThat(ring.find(PEER, "ed25519:peer", later, true)).isEmpty();
    assertThat(ring.find(PEER, "ed25519:peer", later, false)).contains(peerKey.verifyKey());
    assertThat(ring.find(PEER, "ed25519:peer", later - Duration.ofHours(1).toMillis(), true))
        .contains(peerKey.verifyKey());
  }

  @Test
  void anExpiredKeyIsFetchedAgain() {
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofHours(1)));
    KeyRing ring = ring();
    assertThat(ring.findForRequest(PEER, "ed25519:peer")).isPresent();
    clock.advance(Duration.ofHours(2));
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofHours(1)));
    assertThat(ring.findForRequest(PEER, "ed25519:peer")).isPresent();
    assertThat(network.requests.get()).isEqualTo(2);
  }

  /// "Servers MUST use the lesser of this field and 7 days into the future".
  @Test
  void noKeyIsTrustedLongerThanSevenDaysAhead() {
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofDays(365)));
    KeyRing ring = ring();
    assertThat(ring.find(PEER, "ed25519:peer", now() + Duration.ofDays(6).toMillis(), true))
        .isPresent();
    assertThat(ring.find(PEER, "ed25519:peer", now() + Duration.ofDays(8).toMillis(), true))
        .isEmpty();
  }

  @Test
  void anOldKeyCountsForEventsFromBeforeItExpired() {
    SigningKey old = SigningKey.generate("ed25519:old", RANDOM);
    ObjectNode document = document(PEER, peerKey, Duration.ofHours(1));
    document.remove("signatures");
    document
        .withObjectProperty("old_verify_keys")
        .putObject(old.id())
        .put("key", old.verifyKey().base64())
        .put("expired_ts", now() - 1000);
    network.direct.put(PEER, SignedJson.sign(document, PEER.value(), peerKey));
    KeyRing ring = ring();
    assertThat(ring.find(PEER, "ed25519:old", now() - 2000, true)).contains(old.verifyKey());
    assertThat(ring.find(PEER, "ed25519:old", now(), true)).isEmpty();
    assertThat(ring.find(PEER, "ed25519:old", now(), false)).contains(old.verifyKey());
  }

  @Test
  void refusesDocumentsThatAreNotSignedByTheirOwnKeyOrOfAnotherServer() {
    ObjectNode unsigned = document(PEER, peerKey, Duration.ofHours(1));
    unsigned.remove("signatures");
    network.direct.put(PEER, unsigned);
    assertThat(ring().findForRequest(PEER, "ed25519:peer")).isEmpty();

    network.direct.put(PEER, document(NOTARY, peerKey, Duration.ofHours(1)));
    assertThat(ring().findForRequest(PEER, "ed25519:peer")).isEmpty();

    ObjectNode tampered = document(PEER, peerKey, Duration.ofHours(1));
    tampered.put("valid_until_ts", now() + 1);
    network.direct.put(PEER, tampered);
    assertThat(ring().findForRequest(PEER, "ed25519:peer")).isEmpty();
  }

  @Test
  void asksANotaryWhenTheServerDoesNotAnswer() {
    network.direct.put(NOTARY, document(NOTARY, notaryKey, Duration.ofHours(1)));
    ObjectNode document = document(PEER, peerKey, Duration.ofHours(1));
    network.notary.put(PEER, Json.array().add(document));
    assertThat(ring(NOTARY).findForRequest(PEER, "ed25519:peer"))
        .as("the notary did not sign")
        .isEmpty();
    network.notary.put(
        PEER, Json.array().add(SignedJson.sign(document, NOTARY.value(), notaryKey)));
    assertThat(ring(NOTARY).findForRequest(PEER, "ed25519:peer")).contains(peerKey.verifyKey());
  }

  @Test
  void doesNotAskAgainAtOnceWhenThereIsNoKey() {
    KeyRing ring = ring();
    for (int i = 0; i < 10; i++) assertThat(ring.findForRequest(PEER, "ed25519:" + i)).isEmpty();
    assertThat(network.requests.get()).isEqualTo(1);
    clock.advance(KeyRing.FIRST_WAIT);
    assertThat(ring.findForRequest(PEER, "ed25519:peer")).isEmpty();
    assertThat(network.requests.get()).isEqualTo(2);
  }

  @Test
  void threadsThatWantTheSameKeysWaitForOneFetch() throws Exception {
    network.direct.put(PEER, document(PEER, peerKey, Duration.ofHours(1)));
    network.gate = new CountDownLatch(1);
    KeyRing ring = ring();
    AtomicInteger found = new AtomicInteger();
    List<Thread> threads =
        java.util.stream.IntStream.range(0, 20)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              if (ring.findForRequest(PEER, "ed25519:peer").isPresent()) {
                                found.incrementAndGet();
                              }
                            }))
            .toList();
    network.gate.countDown();
    for (Thread thread : threads) thread.join();
    assertThat(found.get()).isEqualTo(20);
    assertThat(network.requests.get()).isEqualTo(1);
  }

  /// Two servers, each knowing the other only by its key document.
  @Test
  void ownDocumentIsGoodForAnotherRing() {
    OwnKeys.Retired retired =
        new OwnKeys.Retired(
            new VerifyKey("ed25519:before", peerKey.verifyKey().bytes()), now() - 5000);
    OwnKeys peerKeys = new OwnKeys(PEER, peerKey, List.of(retired), clock);
    network.direct.put(PEER, peerKeys.document());
    KeyRing ring = ring();
    assertThat(ring.findForRequest(PEER, "ed25519:peer")).contains(peerKey.verifyKey());
    assertThat(ring.find(PEER, "ed25519:before", now() - 6000, true)).isPresent();
    clock.advance(Duration.ofHours(30));
    assertThat(peerKeys.document().path("valid_until_ts").longValue())
        .isEqualTo(now() + OwnKeys.LIFETIME.toMillis());
  }

  private static final class Network implements KeyFetcher {
    final Map<ServerName, JsonNode> direct = new HashMap<>();
    final Map<ServerName, JsonNode> notary = new HashMap<>();
    final AtomicInteger requests = new AtomicInteger();
    CountDownLatch gate = new CountDownLatch(0);

    @Override
    public Optional<JsonNode> direct(ServerName server) {
      requests.incrementAndGet();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return Optional.ofNullable(direct.get(server));
    }

    @Override
    public Optional<JsonNode> viaNotary(ServerName notary, ServerName server, long minimum) {
      return Optional.ofNullable(this.notary.get(server));
    }
  }

  /// Keeps what was learned, like a disk; the batch is the entry.
  private static final class Disk implements ServerKeyStore, Ledger {
    private final Map<ServerName, Known> known = new HashMap<>();

    @Override
    public Optional<Known> find(ServerName server) {
      return Optional.ofNullable(known.get(server));
    }

    @Override
    public CompletableFuture<Long> append(Entry entry) {
      for (var change : entry.changes()) {
        if (change instanceof ServerKeysLearned learned) {
          known.put(
              learned.server(), new Known(learned.keys(), learned.document(), learned.fetchedTs()));
        }
      }
      return CompletableFuture.completedFuture(1L);
    }

    @Override
    public long committed() {
      return 1;
    }

    @Override
    public void listen(CommitListener listener) {}
  }
}
