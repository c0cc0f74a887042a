package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.SharedRooms;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.crosssigning.CrossSigningChange.CrossSigningKeyStored;
import org.hearth.e2ee.crosssigning.CrossSigningKeys;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.e2ee.devicelists.RemoteListChange.RemoteDeviceUpdated;
import org.hearth.e2ee.devicelists.RemoteListChange.RemoteListStale;
import org.hearth.e2ee.devicelists.RemoteListChange.RemoteListStored;
import org.hearth.e2ee.devicelists.RemoteListStore.RemoteList;
import org.hearth.e2ee.keys.DeviceKeysCheck;
import org.hearth.e2ee.keys.KeyChange.DeviceListChanged;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// [Device lists of remote
/// users](https://spec.matrix.org/v1.19/server-server-api/#device-management), cached while we
/// share a room with the user and hear of every change.
///
/// A change whose predecessor we do not know makes the list stale: local users are told that the
/// list changed, and the next query asks the user's server for the whole list. So nothing is
/// fetched that nobody needs, and no lost EDU hides a device for longer than until the next change.
public final class RemoteDeviceLists {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteDeviceLists.class);
  private static final int MAX_DEVICES = 10_000;
  private static final int MAX_NAME = 255;

  /// The stream position of a list that came without one.
  private static final long NO_STREAM = -1;

  private final Ledger ledger;
  private final RemoteListStore store;
  private final SharedRooms rooms;
  private final UserLocks locks;
  private final RemoteKeys remote;

  public RemoteDeviceLists(
      Ledger ledger, RemoteListStore store, SharedRooms rooms, UserLocks locks, RemoteKeys remote) {
    this.ledger = ledger;
    this.store = store;
    this.rooms = rooms;
    this.locks = locks;
    this.remote = remote;
  }

  /// Takes the content of an `m.device_list_update` EDU; what is malformed, or about users with
  /// whom nobody here shares a room, is dropped. Durable when it returns.
  public void deviceListUpdate(ServerName origin, ObjectNode content) {
    var user = sharingUser(origin, content);
    var deviceId = content.path("device_id").asText("");
    boolean good =
        !deviceId.isEmpty()
            && deviceId.length() <= MAX_NAME
            && deviceId.indexOf('\0') < 0
            && content.path("stream_id").canConvertToLong();
    if (user.isEmpty() || !good) {
      LOG.debug("Dropped an m.device_list_update of {}", origin);
      return;
    }
    locks.locked(user.get(), () -> updateLocked(user.get(), deviceId, content));
  }

  /// Takes the content of an `m.signing_key_update` EDU. Durable when it returns.
  public void signingKeyUpdate(ServerName origin, ObjectNode content) {
    var user = sharingUser(origin, content);
    if (user.isEmpty()) return;
    var changes = new ArrayList<Change>();
    crossSigning(user.get(), content.get("master_key"), content.get("self_signing_key"))
        .forEach((usage, key) -> changes.add(new CrossSigningKeyStored(user.get(), usage, key)));
    changes.add(DeviceListChanged.crossSigning(user.get()));
    locks.locked(user.get(), () -> write(changes));
  }

  /// Whether what is stored about the user is what its server would answer.
  boolean isFresh(Optional<RemoteList> list, UserId user) {
    if (list.isEmpty() || list.get().fetchedAt() <= list.get().staleAt()) return false;
    var since = rooms.sharedSince(user);
    return since.isPresent() && list.get().fetchedAt() >= since.getAsLong();
  }

  /// Asks the user's server for the whole list and caches it if we will hear of its changes.
  RemoteAnswer<RemoteKeys.UserDevices> fetch(UserId user, Duration timeout) {
    long before = ledger.committed();
    return switch (remote.devices(user.serverName(), user, timeout)) {
      case RemoteAnswer.Failed<RemoteKeys.UserDevices> failed -> failed;
      case RemoteAnswer.Answered(var found) -> {
        var devices = checked(user, found.devices());
        var list =
            new RemoteKeys.UserDevices(
                user, found.streamId(), devices, found.masterKey(), found.selfSigningKey());
        if (rooms.sharedSince(user).isPresent()) cache(list, before);
        yield new RemoteAnswer.Answered<>(list);
      }
    };
  }

  /// Asks for the lists of many users at once, and caches those of users who share rooms with us.
  /// Such a list has no stream position: the next update makes it stale.
  RemoteAnswer<RemoteKeys.UserKeys> query(
      ServerName server,
      Map<UserId, List<String>> wanted,
      Collection<UserId> sharing,
      Duration timeout) {
    long before = ledger.committed();
    var answer = remote.query(server, wanted, timeout);
    if (answer instanceof RemoteAnswer.Answered(var found)) {
      for (var user : sharing) {
        var devices = checked(user, found.deviceKeys().getOrDefault(user, new TreeMap<>()));
        cache(
            new RemoteKeys.UserDevices(
                user,
                NO_STREAM,
                devices,
                found.masterKeys().get(user),
                found.selfSigningKeys().get(user)),
            before);
      }
    }
    return answer;
  }

  private void cache(RemoteKeys.UserDevices list, long fetchedAt) {
    var user = list.user();
    var crossSigning = crossSigning(user, list.masterKey(), list.selfSigningKey());
    locks.locked(
        user,
        () -> {
          var stored = store.list(user);
          boolean older =
              isFresh(stored, user) && stored.orElseThrow().streamId() > list.streamId();
          if (older) return false;
          return write(
              List.of(
                  new RemoteListStored(
                      user, list.streamId(), fetchedAt, list.devices(), crossSigning)));
        });
  }

  private boolean updateLocked(UserId user, String deviceId, ObjectNode content) {
    long streamId = content.path("stream_id").longValue();
    var stored = store.list(user);
    boolean fresh = isFresh(stored, user);
    if (fresh && stored.orElseThrow().streamId() == streamId) return false;
    var changes = new ArrayList<Change>();
    if (fresh && isNext(stored.orElseThrow(), content))
      changes.add(new RemoteDeviceUpdated(user, streamId, deviceId, keys(user, deviceId, content)));
    else changes.add(new RemoteListStale(user));
    changes.add(DeviceListChanged.device(user, deviceId));
    return write(changes);
  }

  /// "If the receiving server does not recognise any of the prev_ids, it means an EDU has been
  /// lost".
  private static boolean isNext(RemoteList list, ObjectNode content) {
    var previous = content.path("prev_id");
    if (list.streamId() == NO_STREAM || !previous.isArray() || previous.isEmpty()) return false;
    for (var id : previous) if (id.asLong(-1) != list.streamId()) return false;
    return true;
  }

  /// Empty when the device went, or has no keys that could be its own.
  private static Optional<ObjectNode> keys(UserId user, String deviceId, ObjectNode content) {
    if (content.path("deleted").asBoolean(false)) return Optional.empty();
    if (!(content.get("keys") instanceof ObjectNode keys)) return Optional.empty();
    if (!DeviceKeysCheck.belongsTo(user, deviceId, keys)) return Optional.empty();
    return Optional.of(withName(keys, content.path("device_display_name").asText("")));
  }

  /// The keys with the display name in `unsigned`, and nothing else there.
  public static ObjectNode withName(ObjectNode keys, String displayName) {
    var named = keys.deepCopy();
    named.remove("unsigned");
    if (!displayName.isEmpty() && displayName.length() <= MAX_NAME)
      named.withObjectProperty("unsigned").put("device_display_name", displayName);
    return named;
  }

  static SortedMap<String, ObjectNode> checked(UserId user, SortedMap<String, ObjectNode> devices) {
    var good = new TreeMap<String, ObjectNode>();
    devices.forEach(
        (deviceId, keys) -> {
          boolean fits = good.size() < MAX_DEVICES && deviceId.indexOf('\0') < 0;
          if (fits && DeviceKeysCheck.belongsTo(user, deviceId, keys)) good.put(deviceId, keys);
        });
    return good;
  }

  static Map<Usage, ObjectNode> crossSigning(
      UserId user, @Nullable Object master, @Nullable Object selfSigning) {
    var keys = new EnumMap<Usage, ObjectNode>(Usage.class);
    if (isKeyOf(user, master)) keys.put(Usage.MASTER, (ObjectNode) master);
    if (isKeyOf(user, selfSigning)) keys.put(Usage.SELF_SIGNING, (ObjectNode) selfSigning);
    return keys;
  }

  private static boolean isKeyOf(UserId user, @Nullable Object key) {
    return key instanceof ObjectNode object
        && object.path("user_id").asText("").equals(user.value())
        && CrossSigningKeys.publicKeyOf(object).isPresent();
  }

  private Optional<UserId> sharingUser(ServerName origin, ObjectNode content) {
    return UserId.tryParse(content.path("user_id").asText(""))
        .filter(user -> user.serverName().equals(origin))
        .filter(user -> rooms.sharedSince(user).isPresent());
  }

  private boolean write(List<Change> changes) {
    ledger.write(Entry.of(Lane.FEDERATION, List.copyOf(changes)));
    return true;
  }
}
