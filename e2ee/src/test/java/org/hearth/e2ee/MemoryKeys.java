package org.hearth.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.e2ee.backup.BackupChange;
import org.hearth.e2ee.backup.BackupKey;
import org.hearth.e2ee.backup.BackupStore;
import org.hearth.e2ee.backup.BackupVersion;
import org.hearth.e2ee.backup.KeySelection;
import org.hearth.e2ee.backup.SessionRef;
import org.hearth.e2ee.crosssigning.CrossSigningChange;
import org.hearth.e2ee.crosssigning.CrossSigningKeys;
import org.hearth.e2ee.crosssigning.CrossSigningStore;
import org.hearth.e2ee.crosssigning.KeySignature;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.e2ee.devicelists.RemoteListChange;
import org.hearth.e2ee.devicelists.RemoteListStore;
import org.hearth.e2ee.keys.DeviceListLinesForgotten;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.e2ee.keys.OneTimeKey;
import org.hearth.e2ee.todevice.InboxMessage;
import org.hearth.e2ee.todevice.QueuedEdu;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.e2ee.todevice.ToDeviceStore;
import org.hearth.ledger.Batch;
import org.hearth.ledger.BatchWriter;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// All that is durable, in memory: what a ledger writes here survives a "restart", which is a new
/// ledger on the same store.
public final class MemoryKeys
    implements BatchWriter,
        KeyStore,
        DeviceListLog,
        CrossSigningStore,
        ToDeviceStore,
        RemoteListStore,
        BackupStore {

  private record Device(UserId user, String id) {}

  private record Held(OneTimeKey key, long position, boolean claimed) {}

  private record Logged(
      long position, UserId user, Optional<String> device, Optional<UserId> visibleTo) {}

  private record VersionId(UserId user, long version) {}

  private final Map<Device, ObjectNode> deviceKeys = new HashMap<>();
  private final Map<Device, Map<String, Held>> oneTime = new HashMap<>();
  private final Map<Device, SortedMap<String, FallbackKey>> fallback = new HashMap<>();
  private final List<Logged> log = new ArrayList<>();
  private final Map<UserId, EnumMap<Usage, ObjectNode>> crossSigning = new HashMap<>();
  private final Map<List<String>, KeySignature> signatures = new LinkedHashMap<>();
  private final Map<Device, TreeMap<Long, InboxMessage>> inboxes = new HashMap<>();
  private final Map<ServerName, TreeMap<Long, QueuedEdu>> queues = new TreeMap<>();
  private final Set<List<String>> seen = new HashSet<>();
  private Optional<Long> broadcast = Optional.empty();
  private Optional<Long> introduced = Optional.empty();
  private final Map<UserId, RemoteList> lists = new HashMap<>();
  private final TreeMap<Long, Map<UserId, BackupVersion>> versions = new TreeMap<>();
  private final Set<VersionId> deletedVersions = new HashSet<>();
  private final Map<VersionId, TreeMap<SessionRef, BackupKey>> backups = new HashMap<>();
  private long position;
  private long batch;
  private int batches;

  /// A ledger that writes on a thread of its own.
  public GroupCommitLedger ledger() {
    var ledger = new GroupCommitLedger(this, GroupCommitLedger.Limits.DEFAULT);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (ledger.awaitWork()) ledger.step();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    return ledger;
  }

  @Override
  public synchronized Resume resume() {
    return new Resume(position, batch);
  }

  @Override
  public synchronized void write(Batch written) {
    batches++;
    batch = written.id();
    for (var change : written.changes()) {
      position = change.position();
      apply(change);
    }
  }

  public synchronized int batches() {
    return batches;
  }

  private void apply(Positioned<?> positioned) {
    switch (positioned.change()) {
      case KeyChange change -> apply(positioned.position(), change);
      case DeviceListLinesForgotten forgotten ->
          log.removeIf(line -> forgotten.positions().contains(line.position()));
      case CrossSigningChange change -> apply(change);
      case ToDeviceChange change -> apply(positioned.position(), change);
      case RemoteListChange change -> apply(positioned.position(), change);
      case BackupChange change -> apply(change);
      default -> throw new AssertionError(positioned);
    }
  }

  private void apply(long at, KeyChange change) {
    switch (change) {
      case KeyChange.DeviceKeysStored(var user, var id, var keys) ->
          deviceKeys.put(new Device(user, id), keys);
      case KeyChange.DeviceKeysForgotten(var user, var id) -> {
        deviceKeys.remove(new Device(user, id));
        forgetIdentity(user, id);
      }
      case KeyChange.IdentityReplaced(var user, var id) -> forgetIdentity(user, id);
      case KeyChange.OneTimeKeysAdded(var user, var id, var keys) -> {
        for (var key : keys) held(user, id).put(key.name(), new Held(key, at, false));
      }
      case KeyChange.OneTimeKeyClaimed(var user, var id, var algorithm, var keyId) ->
          held(user, id)
              .computeIfPresent(
                  algorithm + ":" + keyId, (_, held) -> new Held(held.key, held.position, true));
      case KeyChange.ClaimedKeysForgotten(var user, var id, var upTo) ->
          held(user, id).values().removeIf(held -> held.claimed && held.position <= upTo);
      case KeyChange.FallbackKeyStored(var user, var id, var algorithm, var keyId, var key) ->
          fallback
              .computeIfAbsent(new Device(user, id), _ -> new TreeMap<>())
              .put(algorithm, new FallbackKey(new OneTimeKey(algorithm, keyId, key), false));
      case KeyChange.FallbackKeyUsed(var user, var id, var algorithm) ->
          fallback
              .get(new Device(user, id))
              .computeIfPresent(algorithm, (_, key) -> new FallbackKey(key.key(), true));
      case KeyChange.DeviceListChanged(var user, var device, var visibleTo) ->
          log.add(new Logged(at, user, device, visibleTo));
    }
  }

  private void forgetIdentity(UserId user, String id) {
    oneTime.remove(new Device(user, id));
    fallback.remove(new Device(user, id));
    signatures.values().removeIf(s -> s.target().equals(user) && s.item().equals(id));
  }

  private Map<String, Held> held(UserId user, String id) {
    return oneTime.computeIfAbsent(new Device(user, id), _ -> new LinkedHashMap<>());
  }

  private void apply(CrossSigningChange change) {
    switch (change) {
      case CrossSigningChange.CrossSigningKeyStored(var user, var usage, var key) ->
          crossSigning.computeIfAbsent(user, _ -> new EnumMap<>(Usage.class)).put(usage, key);
      case CrossSigningChange.CrossSigningKeyForgotten(var user, var usage) ->
          crossSigning.computeIfAbsent(user, _ -> new EnumMap<>(Usage.class)).remove(usage);
      case CrossSigningChange.CrossSigningForgotten(var user) -> {
        crossSigning.remove(user);
        signatures.values().removeIf(s -> s.target().equals(user) || s.signer().equals(user));
      }
      case CrossSigningChange.SignatureStored(var s) ->
          signatures.put(
              List.of(s.signer().value(), s.signerKeyId(), s.target().value(), s.item()), s);
    }
  }

  private void apply(long at, ToDeviceChange change) {
    switch (change) {
      case ToDeviceChange.MessageArrived(var user, var id, var sender, var type, var content) ->
          inboxes
              .computeIfAbsent(new Device(user, id), _ -> new TreeMap<>())
              .put(at, new InboxMessage(at, sender, type, content));
      case ToDeviceChange.InboxAcknowledged(var user, var id, var upTo) ->
          inboxes.getOrDefault(new Device(user, id), new TreeMap<>()).headMap(upTo, true).clear();
      case ToDeviceChange.InboxForgotten(var user, var id) -> inboxes.remove(new Device(user, id));
      case ToDeviceChange.TransactionDone(var user, var id, var transaction, var _) ->
          seen.add(List.of(user.value(), id, transaction));
      case ToDeviceChange.RemoteMessageSeen(var origin, var id, var _) ->
          seen.add(List.of(origin.value(), id));
      case ToDeviceChange.SeenForgotten _ -> {}
      case ToDeviceChange.EduQueued(var server, var type, var content) ->
          queues
              .computeIfAbsent(server, _ -> new TreeMap<>())
              .put(at, new QueuedEdu(at, type, content));
      case ToDeviceChange.EdusDelivered(var server, var upTo) ->
          queues.getOrDefault(server, new TreeMap<>()).headMap(upTo, true).clear();
      case ToDeviceChange.DeviceListsBroadcast(var upTo) -> broadcast = Optional.of(upTo);
      case ToDeviceChange.DeviceListsIntroduced(var upTo) -> introduced = Optional.of(upTo);
    }
  }

  private void apply(long at, RemoteListChange change) {
    switch (change) {
      case RemoteListChange.RemoteListStored(
              var user,
              var stream,
              var fetchedAt,
              var devices,
              var signing) -> {
        deviceKeys.keySet().removeIf(device -> device.user.equals(user));
        devices.forEach((id, keys) -> deviceKeys.put(new Device(user, id), keys));
        crossSigning.remove(user);
        signing.forEach(
            (usage, key) ->
                crossSigning
                    .computeIfAbsent(user, _ -> new EnumMap<>(Usage.class))
                    .put(usage, key));
        var stale = lists.containsKey(user) ? lists.get(user).staleAt() : -1;
        lists.put(user, new RemoteList(user, stream, fetchedAt, stale));
      }
      case RemoteListChange.RemoteDeviceUpdated(var user, var stream, var id, var keys) -> {
        if (keys.isPresent()) deviceKeys.put(new Device(user, id), keys.get());
        else deviceKeys.remove(new Device(user, id));
        var list = lists.get(user);
        lists.put(user, new RemoteList(user, stream, list.fetchedAt(), list.staleAt()));
      }
      case RemoteListChange.RemoteListStale(var user) -> {
        var list = lists.getOrDefault(user, new RemoteList(user, 0, -1, -1));
        lists.put(user, new RemoteList(user, list.streamId(), list.fetchedAt(), at));
      }
    }
  }

  private void apply(BackupChange change) {
    switch (change) {
      case BackupChange.VersionCreated(var user, var version, var algorithm, var data) ->
          versions
              .computeIfAbsent(version, _ -> new HashMap<>())
              .put(user, new BackupVersion(version, algorithm, data, 0, 0));
      case BackupChange.AuthDataReplaced(var user, var version, var data) ->
          versions
              .get(version)
              .computeIfPresent(
                  user,
                  (_, v) -> new BackupVersion(version, v.algorithm(), data, v.etag(), v.count()));
      case BackupChange.VersionDeleted(var user, var version) -> {
        deletedVersions.add(new VersionId(user, version));
        backups.remove(new VersionId(user, version));
      }
      case BackupChange.KeyStored(var user, var version, var session, var key) ->
          backups
              .computeIfAbsent(new VersionId(user, version), _ -> new TreeMap<>())
              .put(session, key);
      case BackupChange.KeysDeleted(var user, var version, var selection) ->
          keys(user, version, selection)
              .keySet()
              .forEach(backups.get(new VersionId(user, version))::remove);
      case BackupChange.VersionCounted(var user, var version, var etag, var count) ->
          versions
              .get(version)
              .computeIfPresent(
                  user,
                  (_, v) -> new BackupVersion(version, v.algorithm(), v.authData(), etag, count));
      case BackupChange.BackupsForgotten(var user) -> {
        versions.values().forEach(ofUser -> ofUser.remove(user));
        backups.keySet().removeIf(id -> id.user.equals(user));
      }
    }
  }

  @Override
  public synchronized Optional<ObjectNode> deviceKeys(UserId user, String deviceId) {
    return Optional.ofNullable(deviceKeys.get(new Device(user, deviceId)));
  }

  @Override
  public synchronized Map<UserId, SortedMap<String, ObjectNode>> deviceKeys(
      Collection<UserId> users) {
    var found = new HashMap<UserId, SortedMap<String, ObjectNode>>();
    deviceKeys.forEach(
        (device, keys) -> {
          if (users.contains(device.user))
            found.computeIfAbsent(device.user, _ -> new TreeMap<>()).put(device.id, keys);
        });
    return found;
  }

  @Override
  public synchronized List<KnownKey> oneTimeKeys(
      UserId user, String deviceId, Collection<String> names) {
    return held(user, deviceId).values().stream()
        .filter(held -> names.contains(held.key.name()))
        .map(held -> new KnownKey(held.key, held.claimed))
        .toList();
  }

  @Override
  public synchronized Map<String, OneTimeKey> nextOneTimeKeys(
      UserId user, Map<String, String> algorithms) {
    var next = new HashMap<String, OneTimeKey>();
    algorithms.forEach(
        (device, algorithm) ->
            held(user, device).values().stream()
                .filter(held -> !held.claimed && held.key.algorithm().equals(algorithm))
                .findFirst()
                .ifPresent(held -> next.put(device, held.key)));
    return next;
  }

  @Override
  public synchronized SortedMap<String, Integer> oneTimeKeyCounts(UserId user, String deviceId) {
    var counts = new TreeMap<String, Integer>();
    for (var held : held(user, deviceId).values())
      if (!held.claimed) counts.merge(held.key.algorithm(), 1, Integer::sum);
    return counts;
  }

  @Override
  public synchronized Optional<Long> claimedBeyond(UserId user, String deviceId, int keep) {
    var claimed = held(user, deviceId).values().stream().filter(Held::claimed).toList();
    if (claimed.size() <= keep) return Optional.empty();
    return Optional.of(claimed.get(claimed.size() - keep - 1).position);
  }

  @Override
  public synchronized Optional<FallbackKey> fallbackKey(
      UserId user, String deviceId, String algorithm) {
    return Optional.ofNullable(
        fallback.getOrDefault(new Device(user, deviceId), new TreeMap<>()).get(algorithm));
  }

  @Override
  public synchronized SortedSet<String> unusedFallbackAlgorithms(UserId user, String deviceId) {
    var unused = new TreeSet<String>();
    fallback
        .getOrDefault(new Device(user, deviceId), new TreeMap<>())
        .forEach(
            (algorithm, key) -> {
              if (!key.used()) unused.add(algorithm);
            });
    return unused;
  }

  @Override
  public synchronized Set<UserId> changed(UserId viewer, long from, long to) {
    var users = new TreeSet<UserId>();
    for (var line : log) {
      boolean visible = line.visibleTo.isEmpty() || line.visibleTo.get().equals(viewer);
      if (visible && line.position > from && line.position <= to) users.add(line.user);
    }
    return users;
  }

  @Override
  public synchronized List<Line> after(long after, int limit) {
    return log.stream()
        .filter(line -> line.visibleTo.isEmpty() && line.position > after)
        .limit(limit)
        .map(
            line ->
                new Line(
                    line.position, line.user, line.device, newestBefore(line.user, line.position)))
        .toList();
  }

  private OptionalLong newestBefore(UserId user, long before) {
    return log.stream()
        .filter(line -> line.user.equals(user) && line.device.isPresent())
        .mapToLong(Logged::position)
        .filter(at -> at < before)
        .max();
  }

  @Override
  public synchronized Optional<Line> newestLine(UserId user) {
    return after(0, Integer.MAX_VALUE).stream()
        .filter(line -> line.user().equals(user) && line.deviceId().isPresent())
        .reduce((_, later) -> later);
  }

  @Override
  public synchronized List<Long> superseded(long upTo, int limit) {
    return log.stream()
        .filter(old -> log.stream().anyMatch(line -> standsFor(line, old, upTo)))
        .map(Logged::position)
        .limit(limit)
        .toList();
  }

  private static boolean standsFor(Logged line, Logged old, long upTo) {
    return line.user().equals(old.user())
        && line.position() > old.position()
        && line.position() <= upTo
        && (line.visibleTo().isEmpty() || line.visibleTo().equals(old.visibleTo()))
        && (line.device().isPresent() || old.device().isEmpty());
  }

  @Override
  public synchronized long newest(UserId user) {
    return newestBefore(user, Long.MAX_VALUE).orElse(0);
  }

  @Override
  public synchronized Map<UserId, CrossSigningKeys> keys(Collection<UserId> users) {
    var found = new HashMap<UserId, CrossSigningKeys>();
    for (var user : users)
      if (crossSigning.containsKey(user))
        found.put(user, new CrossSigningKeys(crossSigning.get(user)));
    return found;
  }

  @Override
  public synchronized List<KeySignature> signatures(
      Collection<UserId> targets, Optional<UserId> viewer) {
    return signatures.values().stream()
        .filter(s -> targets.contains(s.target()))
        .filter(s -> s.signer().equals(s.target()) || viewer.filter(s.signer()::equals).isPresent())
        .toList();
  }

  @Override
  public synchronized List<InboxMessage> inbox(
      UserId user, String deviceId, long after, int limit) {
    return inboxes
        .getOrDefault(new Device(user, deviceId), new TreeMap<>())
        .tailMap(after, false)
        .values()
        .stream()
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized OptionalLong oldest(UserId user, String deviceId) {
    return inbox(user, deviceId, 0, 1).stream().mapToLong(InboxMessage::position).findFirst();
  }

  @Override
  public synchronized OptionalLong olderThanNewest(UserId user, String deviceId, int newer) {
    return nth(inboxes.getOrDefault(new Device(user, deviceId), new TreeMap<>()), newer);
  }

  private static OptionalLong nth(TreeMap<Long, ?> byPosition, int newer) {
    return byPosition.descendingKeySet().stream().mapToLong(at -> at).skip(newer).findFirst();
  }

  @Override
  public synchronized boolean isDone(UserId user, String deviceId, String transactionId) {
    return seen.contains(List.of(user.value(), deviceId, transactionId));
  }

  @Override
  public synchronized boolean isSeen(ServerName origin, String messageId) {
    return seen.contains(List.of(origin.value(), messageId));
  }

  @Override
  public synchronized List<QueuedEdu> queue(ServerName destination, long after, int limit) {
    return queues.getOrDefault(destination, new TreeMap<>()).tailMap(after, false).values().stream()
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized OptionalLong queuedOlderThanNewest(ServerName destination, int newer) {
    return nth(queues.getOrDefault(destination, new TreeMap<>()), newer);
  }

  @Override
  public synchronized SortedSet<ServerName> destinations() {
    var waiting = new TreeSet<ServerName>();
    queues.forEach(
        (server, queue) -> {
          if (!queue.isEmpty()) waiting.add(server);
        });
    return waiting;
  }

  @Override
  public synchronized Optional<Long> deviceListsBroadcast() {
    return broadcast;
  }

  @Override
  public synchronized Optional<Long> deviceListsIntroduced() {
    return introduced;
  }

  @Override
  public synchronized Map<UserId, RemoteList> lists(Collection<UserId> users) {
    var found = new HashMap<>(lists);
    found.keySet().retainAll(users);
    return found;
  }

  @Override
  public synchronized long newestNumber(UserId user) {
    long newest = 0;
    for (var version : versions.entrySet())
      if (version.getValue().containsKey(user)) newest = version.getKey();
    return newest;
  }

  @Override
  public synchronized Optional<BackupVersion> current(UserId user) {
    return versions.descendingMap().values().stream()
        .map(ofUser -> ofUser.get(user))
        .filter(v -> v != null && !deletedVersions.contains(new VersionId(user, v.version())))
        .findFirst();
  }

  @Override
  public synchronized Optional<Known> known(UserId user, long version) {
    return Optional.ofNullable(versions.getOrDefault(version, Map.of()).get(user))
        .map(v -> new Known(version, deletedVersions.contains(new VersionId(user, version))));
  }

  @Override
  public synchronized Optional<BackupVersion> version(UserId user, long version) {
    if (deletedVersions.contains(new VersionId(user, version))) return Optional.empty();
    return Optional.ofNullable(versions.getOrDefault(version, Map.of()).get(user));
  }

  @Override
  public synchronized Map<SessionRef, BackupKey.Rank> ranks(
      UserId user, long version, Collection<SessionRef> sessions) {
    var ranks = new HashMap<SessionRef, BackupKey.Rank>();
    keys(user, version, KeySelection.ALL)
        .forEach(
            (session, key) -> {
              if (sessions.contains(session))
                ranks.put(
                    session,
                    new BackupKey.Rank(
                        key.firstMessageIndex(), key.forwardedCount(), key.isVerified()));
            });
    return ranks;
  }

  @Override
  public synchronized SortedMap<SessionRef, BackupKey> keys(
      UserId user, long version, KeySelection selection) {
    var found = new TreeMap<SessionRef, BackupKey>();
    backups
        .getOrDefault(new VersionId(user, version), new TreeMap<>())
        .forEach(
            (session, key) -> {
              boolean room = selection.roomId().map(session.roomId()::equals).orElse(true);
              boolean id = selection.sessionId().map(session.sessionId()::equals).orElse(true);
              if (room && id) found.put(session, key);
            });
    return found;
  }

  @Override
  public synchronized long count(UserId user, long version, KeySelection selection) {
    return keys(user, version, selection).size();
  }
}
