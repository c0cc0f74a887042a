package org.hearth.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.hearth.client.encryption.EncryptionEndpoints;
import org.hearth.e2ee.Fanout;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.Meetings;
import org.hearth.e2ee.SharedRooms;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.backup.BackupVersions;
import org.hearth.e2ee.backup.KeyBackups;
import org.hearth.e2ee.crosssigning.CrossSigningUploads;
import org.hearth.e2ee.crosssigning.SignatureUploads;
import org.hearth.e2ee.devicelists.DeviceListBroadcaster;
import org.hearth.e2ee.devicelists.DeviceListChanges;
import org.hearth.e2ee.devicelists.DeviceListCompaction;
import org.hearth.e2ee.devicelists.DeviceListEdus;
import org.hearth.e2ee.devicelists.DeviceListIntroductions;
import org.hearth.e2ee.devicelists.FederatedKeys;
import org.hearth.e2ee.devicelists.KeyQueries;
import org.hearth.e2ee.devicelists.RemoteDeviceLists;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.keys.KeyClaims;
import org.hearth.e2ee.keys.KeyCounts;
import org.hearth.e2ee.keys.KeyUploads;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.e2ee.policy.EncryptionPolicy;
import org.hearth.e2ee.policy.PolicySettings;
import org.hearth.e2ee.todevice.InboundToDevice;
import org.hearth.e2ee.todevice.OutgoingEdus;
import org.hearth.e2ee.todevice.ToDevice;
import org.hearth.e2ee.todevice.ToDeviceInbox;
import org.hearth.engine.account.InteractiveAuth;
import org.hearth.engine.encryption.KeysForServers;
import org.hearth.engine.federation.EduReceiver;
import org.hearth.engine.federation.LocalKeys;
import org.hearth.engine.room.RoomChange;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.RoomId;
import org.hearth.server.config.Config;
import org.hearth.storage.e2ee.StoredBackups;
import org.hearth.storage.e2ee.StoredCrossSigning;
import org.hearth.storage.e2ee.StoredDeviceListLog;
import org.hearth.storage.e2ee.StoredKeys;
import org.hearth.storage.e2ee.StoredRemoteLists;
import org.hearth.storage.e2ee.StoredToDevice;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// End-to-end encryption: keys, device lists, to-device messages, backups; and the loop that tells
/// other servers about changed devices.
final class EncryptionParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EncryptionParts.class);
  private static final Duration MASTER_KEY_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration STOPPING = Duration.ofSeconds(10);

  private final KeyUploads uploads;
  private final KeyQueries queries;
  private final KeyClaims claims;
  private final KeyCounts counts;
  private final DeviceListChanges changes;
  private final CrossSigningUploads crossSigning;
  private final SignatureUploads signatures;
  private final BackupVersions backupVersions;
  private final KeyBackups backups;
  private final ToDevice toDevice;
  private final ToDeviceInbox inbox;
  private final InboundToDevice inbound;
  private final OutgoingEdus outgoing;
  private final RemoteDeviceLists remoteLists;
  private final FederatedKeys federated;
  private final DeviceListBroadcaster broadcaster;
  private final DeviceListCompaction compaction;
  private final DeviceListIntroductions introductions;
  private final Ledger ledger;

  /// A permit says that device lists may have changed, or that it is time to stop.
  private final Semaphore news = new Semaphore(1);

  private volatile boolean stopping;
  private volatile @Nullable Loop loop;

  EncryptionParts(
      Basics basics,
      EncryptionPolicy policy,
      LocalDevices devices,
      SharedRooms rooms,
      Meetings meetings,
      RemoteKeys remote) {
    var ownName = basics.serverName();
    var storage = basics.storage();
    var clock = basics.clock();
    var random = basics.random();
    var keys = new StoredKeys(storage.database(), storage.sealing());
    var signing = new StoredCrossSigning(storage.database());
    var log = new StoredDeviceListLog(storage.database());
    var lists = new StoredRemoteLists(storage.database());
    var messages = new StoredToDevice(storage.database(), storage.sealing());
    var versions = new StoredBackups(storage.database(), storage.sealing());
    var locks = new UserLocks();
    var fanout = new Fanout(task -> Thread.ofVirtual().name("ask-servers").start(task));
    this.ledger = basics.ledger();
    this.uploads = new KeyUploads(ledger, keys, locks);
    this.claims = new KeyClaims(ownName, ledger, keys, locks, remote, fanout);
    this.counts = new KeyCounts(keys);
    this.remoteLists = new RemoteDeviceLists(ledger, lists, rooms, locks, remote);
    this.queries =
        new KeyQueries(ownName, keys, signing, devices, lists, remoteLists, rooms, fanout);
    this.changes = new DeviceListChanges(log, rooms);
    this.federated = new FederatedKeys(ownName, keys, signing, devices, claims, log);
    var edus = new DeviceListEdus(federated, devices);
    this.broadcaster = new DeviceListBroadcaster(ownName, ledger, log, messages, edus, rooms);
    this.compaction = new DeviceListCompaction(ledger, log, messages);
    this.introductions =
        new DeviceListIntroductions(ledger, meetings, log, devices, messages, edus);
    this.crossSigning = new CrossSigningUploads(ledger, signing, keys, locks);
    this.signatures =
        new SignatureUploads(
            ledger, signing, keys, locks, user -> queries.masterKey(user, MASTER_KEY_TIMEOUT));
    this.backupVersions = new BackupVersions(ledger, versions, locks);
    this.backups = new KeyBackups(ledger, versions, locks);
    this.toDevice = new ToDevice(ownName, ledger, messages, devices, locks, policy, clock, random);
    this.inbox = new ToDeviceInbox(ledger, messages);
    this.inbound = new InboundToDevice(ownName, ledger, messages, devices, locks, clock);
    this.outgoing = new OutgoingEdus(ledger, messages);
  }

  /// The policy that the configuration asks for.
  static EncryptionPolicy policy(Config.Encryption settings) {
    if (settings.policy() == Config.Policy.OFF) return new EncryptionPolicy(PolicySettings.OFF);
    return new EncryptionPolicy(
        new PolicySettings(
            true,
            PolicySettings.UnencryptedRooms.valueOf(settings.plaintextRooms().name()),
            settings.plaintextRoomIds().stream().map(RoomId::parse).collect(Collectors.toSet())));
  }

  EncryptionEndpoints endpoints(InteractiveAuth auth) {
    return new EncryptionEndpoints(
        uploads,
        queries,
        claims,
        changes,
        crossSigning,
        signatures,
        backupVersions,
        backups,
        toDevice,
        auth);
  }

  /// For `/sync`.
  KeyCounts counts() {
    return counts;
  }

  /// For `/sync`.
  DeviceListChanges changes() {
    return changes;
  }

  /// For `/sync`.
  ToDeviceInbox inbox() {
    return inbox;
  }

  /// For federation's sender.
  OutgoingEdus outgoing() {
    return outgoing;
  }

  /// For federation's server.
  LocalKeys localKeys() {
    return new KeysForServers(federated);
  }

  /// Who takes which EDU.
  Map<String, EduReceiver> eduReceivers() {
    return Map.of(
        "m.direct_to_device", inbound::receive,
        "m.device_list_update", remoteLists::deviceListUpdate,
        "m.signing_key_update", remoteLists::signingKeyUpdate);
  }

  /// Begins to tell other servers, also what was not told before the last stop.
  void start() {
    ledger.listen(
        (committed, batch) -> {
          if (batch.changes().stream().anyMatch(change -> concerns(change.change()))) wake();
        });
    loop = Loop.start("device lists", this::step, this::failed);
  }

  /// Makes the log of changed device lists small again. Call it every hour or so.
  void compact() {
    while (!stopping && compaction.step()) {
      // Until it is small.
    }
  }

  /// Devices changed, or somebody came who may not have heard of any.
  private static boolean concerns(Change change) {
    return switch (change) {
      case KeyChange.DeviceListChanged _ -> true;
      case RoomChange.AppendEvent append ->
          !append.occupancy().arrived().isEmpty()
              || append.occupancy().memberships().stream().anyMatch(RoomChange.Membership::local);
      default -> false;
    };
  }

  private boolean step() throws InterruptedException {
    news.acquire();
    news.drainPermits();
    while (!stopping && (broadcaster.step() | introductions.step())) {
      // Until everything is told.
    }
    return !stopping;
  }

  private void failed(Throwable why) {
    if (stopping) return;
    LOG.warn("Telling other servers about changed devices failed; trying again soon", why);
    try {
      Thread.sleep(AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wake();
  }

  private void wake() {
    if (news.availablePermits() == 0) news.release();
  }

  @Override
  public void close() {
    stopping = true;
    wake();
    var running = loop;
    if (running != null) running.join(STOPPING);
  }
}
