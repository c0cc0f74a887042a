package org.hearth.storage.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.e2ee.keys.OneTimeKey;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Keys of devices.
public final class StoredKeys implements KeyStore {
  private final Reader reader;
  private final Sealed sealed;

  public StoredKeys(Database database, Sealing sealing) {
    this.reader = new Reader(database);
    this.sealed = new Sealed(sealing);
  }

  private record DeviceRow(UserId user, String deviceId, ObjectNode keys) {}

  @Override
  public Optional<ObjectNode> deviceKeys(UserId user, String deviceId) {
    return reader
        .first(
            "SELECT user_id, device_id, keys_json FROM device_keys"
                + " WHERE user_id = ? AND device_id = ?",
            this::device,
            user.value(),
            deviceId)
        .map(DeviceRow::keys);
  }

  @Override
  public Map<UserId, SortedMap<String, ObjectNode>> deviceKeys(Collection<UserId> users) {
    var found = new HashMap<UserId, SortedMap<String, ObjectNode>>();
    reader
        .in(
            "SELECT user_id, device_id, keys_json FROM device_keys WHERE user_id %s",
            users.stream().map(UserId::value).toList(), this::device)
        .forEach(
            row ->
                found
                    .computeIfAbsent(row.user(), _ -> new TreeMap<>())
                    .put(row.deviceId(), row.keys()));
    return found;
  }

  private DeviceRow device(ResultSet row) throws SQLException {
    var user = row.getString(1);
    var deviceId = row.getString(2);
    var keys = sealed.open(KeyScope.server(), Sealed.deviceKeys(user, deviceId), row.getBytes(3));
    return new DeviceRow(new UserId(user), deviceId, keys);
  }

  @Override
  public List<KnownKey> oneTimeKeys(UserId user, String deviceId, Collection<String> names) {
    var wanted = new HashSet<>(names);
    var ids = names.stream().map(name -> name.substring(name.indexOf(':') + 1)).distinct().toList();
    return reader
        .in(
            "SELECT algorithm, key_id, key_json, claimed FROM one_time_key"
                + " WHERE user_id = ? AND device_id = ? AND key_id %s",
            ids, row -> new KnownKey(oneTimeKey(row), row.getBoolean(4)), user.value(), deviceId)
        .stream()
        .filter(known -> wanted.contains(known.key().name()))
        .toList();
  }

  @Override
  public Map<String, OneTimeKey> nextOneTimeKeys(UserId user, Map<String, String> algorithms) {
    var next = new HashMap<String, OneTimeKey>();
    algorithms.forEach(
        (deviceId, algorithm) ->
            reader
                .first(
                    "SELECT algorithm, key_id, key_json FROM one_time_key"
                        + " WHERE user_id = ? AND device_id = ? AND claimed = FALSE"
                        + " AND algorithm = ?"
                        + " ORDER BY user_id, device_id, claimed, algorithm, added_at, ordinal"
                        + " LIMIT 1",
                    StoredKeys::oneTimeKey,
                    user.value(),
                    deviceId,
                    algorithm)
                .ifPresent(key -> next.put(deviceId, key)));
    return next;
  }

  private static OneTimeKey oneTimeKey(ResultSet row) throws SQLException {
    return new OneTimeKey(row.getString(1), row.getString(2), Sealed.parse(row.getBytes(3)));
  }

  private record Count(String algorithm, int keys) {}

  @Override
  public SortedMap<String, Integer> oneTimeKeyCounts(UserId user, String deviceId) {
    var counts = new TreeMap<String, Integer>();
    reader
        .list(
            "SELECT algorithm, COUNT(*) FROM one_time_key"
                + " WHERE user_id = ? AND device_id = ? AND claimed = FALSE GROUP BY algorithm",
            row -> new Count(row.getString(1), row.getInt(2)),
            user.value(),
            deviceId)
        .forEach(count -> counts.put(count.algorithm(), count.keys()));
    return counts;
  }

  @Override
  public Optional<Long> claimedBeyond(UserId user, String deviceId, int keep) {
    return reader.first(
        "SELECT added_at FROM one_time_key"
            + " WHERE user_id = ? AND device_id = ? AND claimed = TRUE"
            + " ORDER BY added_at DESC, ordinal DESC LIMIT 1 OFFSET ?",
        row -> row.getLong(1),
        user.value(),
        deviceId,
        keep);
  }

  @Override
  public Optional<FallbackKey> fallbackKey(UserId user, String deviceId, String algorithm) {
    return reader.first(
        "SELECT algorithm, key_id, key_json, used FROM fallback_key"
            + " WHERE user_id = ? AND device_id = ? AND algorithm = ?",
        row -> new FallbackKey(oneTimeKey(row), row.getBoolean(4)),
        user.value(),
        deviceId,
        algorithm);
  }

  @Override
  public SortedSet<String> unusedFallbackAlgorithms(UserId user, String deviceId) {
    return new TreeSet<>(
        reader.list(
            "SELECT algorithm FROM fallback_key"
                + " WHERE user_id = ? AND device_id = ? AND used = FALSE",
            row -> row.getString(1),
            user.value(),
            deviceId));
  }
}
