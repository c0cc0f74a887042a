package org.hearth.storage.e2ee;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.hearth.e2ee.Fanout;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.backup.BackupChange;
import org.hearth.e2ee.backup.BackupKey;
import org.hearth.e2ee.backup.KeySelection;
import org.hearth.e2ee.backup.SessionRef;
import org.hearth.e2ee.crosssigning.CrossSigningChange;
import org.hearth.e2ee.crosssigning.KeySignature;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.e2ee.devicelists.DeviceListCompaction;
import org.hearth.e2ee.devicelists.RemoteListChange;
import org.hearth.e2ee.devicelists.RemoteListStore.RemoteList;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.keys.KeyClaims;
import org.hearth.e2ee.keys.OneTimeKey;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.ledger.Change;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

/// What is durable about end-to-end encryption, on both databases.
@ContractOf({
  StoredKeys.class,
  StoredDeviceListLog.class,
  StoredCrossSigning.class,
  StoredToDevice.class,
  StoredRemoteLists.class,
  StoredBackups.class
})
abstract class E2eeContract extends StorageTest {
  private static final ServerName HERE = new ServerName("a.example");
  private static final ServerName THERE = new ServerName("b.example");
  private static final UserId ALICE = UserId.of("alice", HERE);
  private static final UserId BOB = UserId.of("bob", THERE);
  private static final String ALGORITHM = "signed_curve25519";

  private StoredKeys keys() {
    return new StoredKeys(storage().database(), storage().sealing());
  }

  private StoredDeviceListLog log() {
    return new StoredDeviceListLog(storage().database());
  }

  private StoredCrossSigning crossSigning() {
    return new StoredCrossSigning(storage().database());
  }

  private StoredToDevice toDevice() {
    return new StoredToDevice(storage().database(), storage().sealing());
  }

  private StoredRemoteLists lists() {
    return new StoredRemoteLists(storage().database());
  }

  private StoredBackups backups() {
    return new StoredBackups(storage().database(), storage().sealing());
  }

  private static ObjectNode json(String value) {
    return Json.object().put("value", value);
  }

  private static OneTimeKey key(int number) {
    return new OneTimeKey(ALGORITHM, "K%04d".formatted(number), json("key " + number));
  }

  private void addKeys(String device, int from, int count) {
    var added = new ArrayList<OneTimeKey>();
    for (int i = from; i < from + count; i++) added.add(key(i));
    write(new KeyChange.OneTimeKeysAdded(ALICE, device, added));
  }

  private Optional<OneTimeKey> next(String device) {
    return Optional.ofNullable(
        keys().nextOneTimeKeys(ALICE, Map.of(device, ALGORITHM)).get(device));
  }

  @Test
  void deviceKeysAreReplacedAndForgotten() {
    write(new KeyChange.DeviceKeysStored(ALICE, "A", json("1")));
    write(new KeyChange.DeviceKeysStored(ALICE, "B", json("2")));
    write(new KeyChange.DeviceKeysStored(ALICE, "A", json("3")));
    assertThat(keys().deviceKeys(ALICE, "A")).contains(json("3"));
    assertThat(keys().deviceKeys(List.of(ALICE, BOB)))
        .isEqualTo(Map.of(ALICE, new TreeMap<>(Map.of("A", json("3"), "B", json("2")))));
    addKeys("A", 0, 1);
    write(new KeyChange.FallbackKeyStored(ALICE, "A", ALGORITHM, "F", json("f")));
    write(new KeyChange.DeviceKeysForgotten(ALICE, "A"));
    assertThat(keys().deviceKeys(ALICE, "A")).isEmpty();
    assertThat(next("A")).isEmpty();
    assertThat(keys().fallbackKey(ALICE, "A", ALGORITHM)).isEmpty();
  }

  @Test
  void manyUsersAreReadInSlices() {
    var users = new ArrayList<UserId>();
    for (int i = 0; i < 450; i++) users.add(UserId.of("user" + i, HERE));
    write(
        users.stream()
            .map(user -> new KeyChange.DeviceKeysStored(user, "D", json("k")))
            .toArray(Change[]::new));
    assertThat(keys().deviceKeys(users)).hasSize(450);
    assertThat(keys().deviceKeys(List.of())).isEmpty();
  }

  @Test
  void oneTimeKeysComeInUploadOrder() {
    addKeys("A", 5, 2);
    addKeys("A", 1, 2);
    for (int expected : List.of(5, 6, 1, 2)) {
      assertThat(next("A")).contains(key(expected));
      write(new KeyChange.OneTimeKeyClaimed(ALICE, "A", ALGORITHM, key(expected).keyId()));
    }
    assertThat(next("A")).isEmpty();
    assertThat(keys().oneTimeKeyCounts(ALICE, "A")).isEmpty();
    var names = List.of(key(5).name(), key(7).name());
    assertThat(keys().oneTimeKeys(ALICE, "A", names)).hasSize(1).allMatch(known -> known.claimed());
  }

  @Test
  void namesOfClaimedKeysAreForgottenFromTheOldestOn() {
    addKeys("A", 0, 3);
    addKeys("A", 3, 3);
    for (int i = 0; i < 6; i++)
      write(new KeyChange.OneTimeKeyClaimed(ALICE, "A", ALGORITHM, key(i).keyId()));
    assertThat(keys().claimedBeyond(ALICE, "A", 6)).isEmpty();
    var upTo = keys().claimedBeyond(ALICE, "A", 3).orElseThrow();
    write(new KeyChange.ClaimedKeysForgotten(ALICE, "A", upTo));
    var names = List.of(key(0).name(), key(2).name(), key(3).name(), key(5).name());
    assertThat(keys().oneTimeKeys(ALICE, "A", names)).hasSize(2);
  }

  @Test
  void aHundredParallelClaimsGetTheFirstHundredKeys() throws Exception {
    for (int i = 0; i < 12; i++) addKeys("A", i * 10, 10);
    var ledger = ledger();
    var loop =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (ledger.awaitWork()) ledger.step();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    var claims =
        new KeyClaims(
            HERE, ledger, keys(), new UserLocks(), new NobodyAway(), new Fanout(Runnable::run));
    var tasks = new ArrayList<Callable<String>>();
    for (int i = 0; i < 100; i++)
      tasks.add(
          () ->
              claims
                  .claimLocal(Map.of(ALICE, Map.of("A", ALGORITHM)))
                  .get(ALICE)
                  .get("A")
                  .fieldNames()
                  .next());
    var claimed = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : threads.invokeAll(tasks)) claimed.add(one.get());
    }
    ledger.close();
    loop.join();
    var expected = new ArrayList<String>();
    for (int i = 0; i < 100; i++) expected.add(key(i).name());
    assertThat(claimed).containsExactlyInAnyOrderElementsOf(expected);
    reopen();
    assertThat(next("A")).contains(key(100));
    assertThat(keys().oneTimeKeyCounts(ALICE, "A")).isEqualTo(Map.of(ALGORITHM, 20));
  }

  /// Somebody may ask for anything; PostgreSQL knows no U+0000.
  @Test
  void keysOfDevicesThatCannotBeAreNotFound() {
    addKeys("A", 0, 1);
    var wanted = Map.of("A", ALGORITHM, "B\0", ALGORITHM, "C", "signed\0");
    assertThat(keys().nextOneTimeKeys(ALICE, wanted)).containsOnlyKeys("A");
    assertThat(keys().fallbackKey(ALICE, "B\0", ALGORITHM)).isEmpty();
    assertThat(keys().fallbackKey(ALICE, "A", "signed\0")).isEmpty();
  }

  @Test
  void aFallbackKeyIsUsedUntilItIsReplaced() {
    write(new KeyChange.FallbackKeyStored(ALICE, "A", ALGORITHM, "F1", json("1")));
    assertThat(keys().unusedFallbackAlgorithms(ALICE, "A")).containsExactly(ALGORITHM);
    write(new KeyChange.FallbackKeyUsed(ALICE, "A", ALGORITHM));
    assertThat(keys().unusedFallbackAlgorithms(ALICE, "A")).isEmpty();
    assertThat(keys().fallbackKey(ALICE, "A", ALGORITHM).orElseThrow().used()).isTrue();
    write(new KeyChange.FallbackKeyStored(ALICE, "A", ALGORITHM, "F2", json("2")));
    assertThat(keys().fallbackKey(ALICE, "A", ALGORITHM).orElseThrow().key().keyId())
        .isEqualTo("F2");
    assertThat(keys().unusedFallbackAlgorithms(ALICE, "A")).containsExactly(ALGORITHM);
  }

  @Test
  void anIdentityIsReplacedInTheEntryThatBringsTheNewOne() {
    addKeys("A", 0, 3);
    write(
        new CrossSigningChange.SignatureStored(
            new KeySignature(ALICE, "ed25519:x", ALICE, "A", "sig")));
    write(
        new KeyChange.IdentityReplaced(ALICE, "A"),
        new KeyChange.DeviceKeysStored(ALICE, "A", json("new")),
        new KeyChange.OneTimeKeysAdded(ALICE, "A", List.of(key(0))));
    assertThat(keys().oneTimeKeyCounts(ALICE, "A")).isEqualTo(Map.of(ALGORITHM, 1));
    assertThat(crossSigning().signatures(List.of(ALICE), Optional.empty())).isEmpty();
  }

  @Test
  void theLogKnowsWhoChangedAndWhatWasBefore() {
    long first = write(KeyChange.DeviceListChanged.device(ALICE, "A"));
    long signing = write(KeyChange.DeviceListChanged.crossSigning(ALICE));
    long secret = write(KeyChange.DeviceListChanged.onlyFor(ALICE, BOB));
    long second = write(KeyChange.DeviceListChanged.device(ALICE, "B"));
    assertThat(log().changed(ALICE, 0, second)).containsExactlyInAnyOrder(ALICE, BOB);
    assertThat(log().changed(BOB, 0, second)).containsExactly(ALICE);
    assertThat(log().changed(ALICE, first, signing)).containsExactly(ALICE);
    assertThat(log().changed(ALICE, second, second)).isEmpty();
    assertThat(log().newest(ALICE)).isEqualTo(second);
    assertThat(log().newest(BOB)).isZero();
    assertThat(log().newestLine(ALICE).orElseThrow().position()).isEqualTo(second);
    assertThat(log().newestLine(ALICE).orElseThrow().previous()).hasValue(first);
    assertThat(log().newestLine(BOB)).isEmpty();
    var lines = log().after(0, 10);
    assertThat(lines).extracting(line -> line.position()).containsExactly(first, signing, second);
    assertThat(lines.getFirst().previous()).isEmpty();
    assertThat(lines.getLast().previous()).hasValue(first);
    assertThat(log().after(first, 1)).hasSize(1);
    assertThat(secret).isPositive();
  }

  @Test
  void signaturesAreSeenByOwnerAndSigner() {
    write(
        new CrossSigningChange.CrossSigningKeyStored(ALICE, Usage.MASTER, json("m")),
        new CrossSigningChange.CrossSigningKeyStored(ALICE, Usage.SELF_SIGNING, json("s")),
        new CrossSigningChange.SignatureStored(
            new KeySignature(ALICE, "ed25519:A", ALICE, "m", "own")),
        new CrossSigningChange.SignatureStored(
            new KeySignature(BOB, "ed25519:b", ALICE, "m", "bobs")));
    assertThat(crossSigning().keys(ALICE).byUsage())
        .containsOnlyKeys(Usage.MASTER, Usage.SELF_SIGNING);
    assertThat(crossSigning().signatures(List.of(ALICE), Optional.empty())).hasSize(1);
    assertThat(crossSigning().signatures(List.of(ALICE), Optional.of(BOB))).hasSize(2);
    write(new CrossSigningChange.CrossSigningKeyForgotten(ALICE, Usage.SELF_SIGNING));
    assertThat(crossSigning().keys(ALICE).byUsage()).containsOnlyKeys(Usage.MASTER);
    write(new CrossSigningChange.CrossSigningForgotten(ALICE));
    assertThat(crossSigning().keys(ALICE).byUsage()).isEmpty();
    assertThat(crossSigning().signatures(List.of(ALICE), Optional.of(BOB))).isEmpty();
  }

  @Test
  void remoteListsRememberWhatTheyAreUpTo() {
    long stale = write(new RemoteListChange.RemoteListStale(BOB));
    assertThat(lists().list(BOB)).contains(new RemoteList(BOB, -1, -1, stale));
    write(
        new RemoteListChange.RemoteListStored(
            BOB,
            7,
            42,
            new TreeMap<>(Map.of("B1", json("1"), "B2", json("2"))),
            Map.of(Usage.MASTER, json("m"))));
    assertThat(lists().list(BOB)).contains(new RemoteList(BOB, 7, 42, stale));
    write(new RemoteListChange.RemoteDeviceUpdated(BOB, 8, "B1", Optional.empty()));
    write(new RemoteListChange.RemoteDeviceUpdated(BOB, 9, "B3", Optional.of(json("3"))));
    assertThat(keys().deviceKeys(List.of(BOB)).get(BOB)).containsOnlyKeys("B2", "B3");
    assertThat(lists().list(BOB)).contains(new RemoteList(BOB, 9, 42, stale));
    write(
        new RemoteListChange.RemoteListStored(
            BOB, 10, 50, new TreeMap<>(Map.of("B4", json("4"))), Map.of()));
    assertThat(keys().deviceKeys(List.of(BOB)).get(BOB)).containsOnlyKeys("B4");
    assertThat(crossSigning().keys(BOB).byUsage()).isEmpty();
  }

  private ToDeviceChange arrived(String device, int number) {
    return new ToDeviceChange.MessageArrived(
        ALICE, device, BOB, "m.dummy", json("message " + number));
  }

  @Test
  void inboxesKeepOrderAcrossRestartsUntilAcknowledged() {
    long first = write(arrived("A", 1));
    write(arrived("B", 9));
    write(arrived("A", 2), arrived("A", 3));
    reopen();
    var inbox = toDevice().inbox(ALICE, "A", 0, 10);
    assertThat(inbox)
        .extracting(message -> message.content())
        .containsExactly(json("message 1"), json("message 2"), json("message 3"));
    assertThat(inbox.getFirst().sender()).isEqualTo(BOB);
    assertThat(toDevice().inbox(ALICE, "A", first, 1)).hasSize(1);
    assertThat(toDevice().oldest(ALICE, "A")).hasValue(first);
    assertThat(toDevice().olderThanNewest(ALICE, "A", 2)).hasValue(first);
    assertThat(toDevice().olderThanNewest(ALICE, "A", 3)).isEmpty();
    write(new ToDeviceChange.InboxAcknowledged(ALICE, "A", first));
    assertThat(toDevice().inbox(ALICE, "A", 0, 10)).hasSize(2);
    assertThat(toDevice().inbox(ALICE, "B", 0, 10)).hasSize(1);
    write(new ToDeviceChange.InboxForgotten(ALICE, "A"));
    assertThat(toDevice().inbox(ALICE, "A", 0, 10)).isEmpty();
  }

  @Test
  void whatWasDoneIsRememberedForAWhile() {
    var now = Instant.now();
    write(
        new ToDeviceChange.TransactionDone(ALICE, "A", "t1", now),
        new ToDeviceChange.RemoteMessageSeen(THERE, "m1", now));
    assertThat(toDevice().isDone(ALICE, "A", "t1")).isTrue();
    assertThat(toDevice().isDone(ALICE, "B", "t1")).isFalse();
    assertThat(toDevice().isSeen(THERE, "m1")).isTrue();
    assertThat(toDevice().isSeen(HERE, "m1")).isFalse();
    write(new ToDeviceChange.SeenForgotten(now.plusMillis(1), now));
    assertThat(toDevice().isDone(ALICE, "A", "t1")).isFalse();
    assertThat(toDevice().isSeen(THERE, "m1")).isTrue();
  }

  @Test
  void queuesTowardsServersKeepOrderUntilDelivered() {
    long first = write(new ToDeviceChange.EduQueued(THERE, "m.direct_to_device", json("1")));
    long second = write(new ToDeviceChange.EduQueued(THERE, "m.device_list_update", json("2")));
    reopen();
    assertThat(toDevice().destinations()).containsExactly(THERE);
    assertThat(toDevice().queue(THERE, 0, 10))
        .extracting(edu -> edu.content())
        .containsExactly(json("1"), json("2"));
    assertThat(toDevice().queuedOlderThanNewest(THERE, 1)).hasValue(first);
    write(new ToDeviceChange.EdusDelivered(THERE, first));
    assertThat(toDevice().queue(THERE, 0, 10)).hasSize(1);
    write(new ToDeviceChange.EdusDelivered(THERE, second));
    assertThat(toDevice().destinations()).isEmpty();
    assertThat(toDevice().deviceListsBroadcast()).isEmpty();
    write(new ToDeviceChange.DeviceListsBroadcast(5));
    write(new ToDeviceChange.DeviceListsBroadcast(7));
    assertThat(toDevice().deviceListsBroadcast()).contains(7L);
    assertThat(toDevice().deviceListsIntroduced()).isEmpty();
    write(new ToDeviceChange.DeviceListsIntroduced(9));
    assertThat(toDevice().deviceListsIntroduced()).contains(9L);
  }

  @Test
  void backupsKeepVersionsAndKeys() {
    var room = new RoomId("!room:a.example");
    var other = new RoomId("!other:a.example");
    assertThat(backups().newestNumber(ALICE)).isZero();
    write(new BackupChange.VersionCreated(ALICE, 1, "alg", json("auth")));
    write(new BackupChange.VersionCreated(ALICE, 2, "alg", json("auth")));
    write(new BackupChange.AuthDataReplaced(ALICE, 2, json("new")));
    var stored = new HashMap<SessionRef, BackupKey>();
    for (int i = 0; i < 3; i++) {
      var session = new SessionRef(i == 2 ? other : room, "s" + i);
      var key = new BackupKey(i, 0, i == 1, json("data " + i));
      stored.put(session, key);
      write(new BackupChange.KeyStored(ALICE, 2, session, key));
    }
    write(new BackupChange.VersionCounted(ALICE, 2, 3, 3));
    reopen();
    var current = backups().current(ALICE).orElseThrow();
    assertThat(current.version()).isEqualTo(2);
    assertThat(current.authData()).isEqualTo(json("new"));
    assertThat(current.etag()).isEqualTo(3);
    assertThat(current.count()).isEqualTo(3);
    assertThat(backups().keys(ALICE, 2, KeySelection.ALL)).isEqualTo(new TreeMap<>(stored));
    assertThat(backups().count(ALICE, 2, KeySelection.room(room))).isEqualTo(2);
    var asked = List.of(new SessionRef(room, "s1"), new SessionRef(other, "s1"));
    assertThat(backups().ranks(ALICE, 2, asked))
        .isEqualTo(Map.of(asked.getFirst(), new BackupKey.Rank(1, 0, true)));
    write(new BackupChange.KeysDeleted(ALICE, 2, KeySelection.session(room, "s0")));
    assertThat(backups().count(ALICE, 2, KeySelection.ALL)).isEqualTo(2);
    write(new BackupChange.VersionDeleted(ALICE, 2));
    assertThat(backups().version(ALICE, 2)).isEmpty();
    assertThat(backups().known(ALICE, 2).orElseThrow().deleted()).isTrue();
    assertThat(backups().count(ALICE, 2, KeySelection.ALL)).isZero();
    assertThat(backups().current(ALICE).orElseThrow().version()).isEqualTo(1);
    assertThat(backups().newestNumber(ALICE)).isEqualTo(2);
  }

  /// The bound: for each user the newest line for all, and the newest for each who alone may
  /// notice; and what other servers have not been told yet.
  @Test
  void theLogOfDeviceListsIsCompactedWithoutLosingAChange() {
    var positions = new ArrayList<Long>();
    for (int i = 0; i < 1_300; i++)
      positions.add(
          write(KeyChange.DeviceListChanged.device(i % 2 == 0 ? ALICE : BOB, "D" + i % 3)));
    positions.add(write(KeyChange.DeviceListChanged.crossSigning(ALICE)));
    positions.add(write(KeyChange.DeviceListChanged.onlyFor(BOB, ALICE)));
    positions.add(write(KeyChange.DeviceListChanged.onlyFor(BOB, ALICE)));
    long told = positions.getLast();
    write(new ToDeviceChange.DeviceListsBroadcast(told));
    positions.add(write(KeyChange.DeviceListChanged.device(ALICE, "NEW")));
    positions.add(write(KeyChange.DeviceListChanged.device(ALICE, "NEWER")));
    long now = ledger().committed();
    var before = new ArrayList<Set<UserId>>();
    for (long from : positions) before.add(log().changed(BOB, from, now));
    var untold = log().after(told, 10);

    var stepping = new DeviceListCompaction(stepping(), log(), toDevice());
    while (stepping.step()) {}

    var after = new ArrayList<Set<UserId>>();
    for (long from : positions) after.add(log().changed(BOB, from, now));
    assertThat(after).isEqualTo(before);
    assertThat(log().after(told, 10)).isEqualTo(untold);
    // Alice: device, cross-signing, for Bob alone, two untold; Bob: device.
    assertThat(log().superseded(told, 10)).isEmpty();
    assertThat(lines()).isEqualTo(6);
  }

  private long lines() {
    return storage()
        .database()
        .jdbc(
            connection -> {
              try (var statement = connection.createStatement();
                  var row = statement.executeQuery("SELECT COUNT(*) FROM device_list_log")) {
                row.next();
                return row.getLong(1);
              }
            });
  }

  /// The ledger, writing at once.
  private Ledger stepping() {
    var ledger = ledger();
    return new Ledger() {
      @Override
      public java.util.concurrent.CompletableFuture<Long> append(Entry entry) {
        var done = ledger.append(entry);
        ledger.step();
        return done;
      }

      @Override
      public long committed() {
        return ledger.committed();
      }

      @Override
      public void listen(CommitListener listener) {
        ledger.listen(listener);
      }
    };
  }
}
