package org.hearth.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.backup.BackupVersions;
import org.hearth.e2ee.backup.KeyBackups;
import org.hearth.e2ee.crosssigning.CrossSigningUploads;
import org.hearth.e2ee.crosssigning.SignatureUploads;
import org.hearth.e2ee.devicelists.DeviceListBroadcaster;
import org.hearth.e2ee.devicelists.DeviceListChanges;
import org.hearth.e2ee.devicelists.DeviceListEdus;
import org.hearth.e2ee.devicelists.DeviceListIntroductions;
import org.hearth.e2ee.devicelists.FederatedKeys;
import org.hearth.e2ee.devicelists.KeyQueries;
import org.hearth.e2ee.devicelists.RemoteDeviceLists;
import org.hearth.e2ee.keys.KeyClaims;
import org.hearth.e2ee.keys.KeyCounts;
import org.hearth.e2ee.keys.KeyUploads;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.e2ee.policy.EncryptionPolicy;
import org.hearth.e2ee.policy.PolicySettings;
import org.hearth.e2ee.todevice.InboundToDevice;
import org.hearth.e2ee.todevice.OutgoingEdus;
import org.hearth.e2ee.todevice.ToDevice;
import org.hearth.e2ee.todevice.ToDeviceInbox;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// One server's end-to-end encryption, put together on memory, with rooms and devices that a test
/// sets.
public final class World implements SharedRooms, Meetings, LocalDevices, RemoteKeys {
  public static final Duration TIMEOUT = Duration.ofSeconds(2);

  public final ServerName name;
  public final MemoryKeys store;
  public final GroupCommitLedger ledger;
  public final KeyUploads uploads;
  public final KeyClaims claims;
  public final KeyCounts counts;
  public final KeyQueries queries;
  public final RemoteDeviceLists remoteLists;
  public final FederatedKeys federated;
  public final DeviceListChanges changes;
  public final DeviceListBroadcaster broadcaster;
  public final DeviceListIntroductions introductions;
  public final CrossSigningUploads crossSigning;
  public final SignatureUploads signatures;
  public final ToDevice toDevice;
  public final ToDeviceInbox inbox;
  public final InboundToDevice inbound;
  public final OutgoingEdus outgoing;
  public final BackupVersions versions;
  public final KeyBackups backups;

  public final Map<UserId, Set<UserId>> sharing = new HashMap<>();
  public final Map<UserId, SortedMap<String, Optional<String>>> devices = new HashMap<>();
  public final Map<ServerName, World> others = new HashMap<>();
  public final NavigableMap<Long, Meeting> meetings = new TreeMap<>();
  public final Set<ServerName> away = new HashSet<>();
  public int asked;

  public World(String name) {
    this(name, new MemoryKeys());
  }

  public World(String serverName, MemoryKeys store) {
    this.name = new ServerName(serverName);
    this.store = store;
    ledger = store.ledger();
    var locks = new UserLocks();
    var fanout = new Fanout(task -> Thread.ofVirtual().start(task));
    var policy = new EncryptionPolicy(PolicySettings.OFF);
    var random = new SecureRandom();
    uploads = new KeyUploads(ledger, store, locks);
    claims = new KeyClaims(name, ledger, store, locks, this, fanout);
    counts = new KeyCounts(store);
    remoteLists = new RemoteDeviceLists(ledger, store, this, locks, this);
    queries = new KeyQueries(name, store, store, this, store, remoteLists, this, fanout);
    federated = new FederatedKeys(name, store, store, this, claims, store);
    changes = new DeviceListChanges(store, this);
    var edus = new DeviceListEdus(federated, this);
    broadcaster = new DeviceListBroadcaster(name, ledger, store, store, edus, this);
    introductions = new DeviceListIntroductions(ledger, this, store, this, store, edus);
    crossSigning = new CrossSigningUploads(ledger, store, store, locks);
    signatures =
        new SignatureUploads(ledger, store, store, locks, user -> queries.masterKey(user, TIMEOUT));
    toDevice = new ToDevice(name, ledger, store, this, locks, policy, Instant::now, random);
    inbox = new ToDeviceInbox(ledger, store);
    inbound = new InboundToDevice(name, ledger, store, this, locks, Instant::now);
    outgoing = new OutgoingEdus(ledger, store);
    versions = new BackupVersions(ledger, store, locks);
    backups = new KeyBackups(ledger, store, locks);
  }

  /// The same durable state after the process went away without a word.
  public World restarted() {
    var again = new World(name.value(), store);
    again.sharing.putAll(sharing);
    again.devices.putAll(devices);
    again.others.putAll(others);
    again.meetings.putAll(meetings);
    return again;
  }

  public UserId user(String localpart) {
    return UserId.of(localpart, name);
  }

  public TestDevice login(UserId user, String deviceId) {
    devices
        .computeIfAbsent(user, _ -> new TreeMap<>())
        .put(deviceId, Optional.of("name of " + deviceId));
    return TestDevice.of(user, deviceId);
  }

  public void share(UserId a, UserId b) {
    sharing.computeIfAbsent(a, _ -> new HashSet<>()).add(b);
    sharing.computeIfAbsent(b, _ -> new HashSet<>()).add(a);
  }

  @Override
  public Set<UserId> sharing(UserId user, Collection<UserId> candidates) {
    var found = new HashSet<>(sharing.getOrDefault(user, Set.of()));
    found.retainAll(candidates);
    return found;
  }

  @Override
  public Changes between(UserId user, long from, long to) {
    return Changes.NONE;
  }

  @Override
  public Set<ServerName> serversSharing(UserId user) {
    var servers = new HashSet<ServerName>();
    for (var other : sharing.getOrDefault(user, Set.of())) servers.add(other.serverName());
    servers.remove(name);
    return servers;
  }

  @Override
  public Page after(long position, int limit) {
    var next = meetings.tailMap(position, false).entrySet().stream().limit(limit).toList();
    return new Page(
        next.stream().map(Map.Entry::getValue).toList(),
        next.isEmpty() ? position : next.getLast().getKey());
  }

  @Override
  public OptionalLong sharedSince(UserId remote) {
    return sharing.containsKey(remote) ? OptionalLong.of(0) : OptionalLong.empty();
  }

  @Override
  public SortedMap<String, Optional<String>> of(UserId user) {
    return devices.getOrDefault(user, new TreeMap<>());
  }

  @Override
  public RemoteAnswer<UserKeys> query(
      ServerName server, Map<UserId, List<String>> wanted, Duration timeout) {
    asked++;
    if (away.contains(server)) return new RemoteAnswer.Failed<>("away");
    var answer = others.get(server).federated.query(wanted);
    return new RemoteAnswer.Answered<>(
        new UserKeys(answer.deviceKeys(), answer.masterKeys(), answer.selfSigningKeys()));
  }

  @Override
  public RemoteAnswer<Map<UserId, SortedMap<String, ObjectNode>>> claim(
      ServerName server, Map<UserId, Map<String, String>> wanted, Duration timeout) {
    if (away.contains(server)) return new RemoteAnswer.Failed<>("away");
    return new RemoteAnswer.Answered<>(others.get(server).federated.claim(wanted));
  }

  @Override
  public RemoteAnswer<UserDevices> devices(ServerName server, UserId user, Duration timeout) {
    asked++;
    if (away.contains(server)) return new RemoteAnswer.Failed<>("away");
    return new RemoteAnswer.Answered<>(others.get(server).federated.devices(user).orElseThrow());
  }
}
