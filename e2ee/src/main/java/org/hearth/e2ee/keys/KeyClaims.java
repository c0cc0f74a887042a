package org.hearth.e2ee.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.Fanout;
import org.hearth.e2ee.UserLocks;
import org.hearth.e2ee.keys.KeyChange.FallbackKeyUsed;
import org.hearth.e2ee.keys.KeyChange.OneTimeKeyClaimed;
import org.hearth.ledger.Change;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// [Claiming keys](https://spec.matrix.org/v1.19/client-server-api/#claiming-one-time-keys):
/// "Servers must ensure that each one-time key is returned at most once".
public final class KeyClaims {
  private static final RemoteAnswer<Map<UserId, SortedMap<String, ObjectNode>>> LATE =
      new RemoteAnswer.Failed<>("No answer in time");

  private final ServerName ownName;
  private final Ledger ledger;
  private final KeyStore store;
  private final UserLocks locks;
  private final RemoteKeys remote;
  private final Fanout fanout;

  public KeyClaims(
      ServerName ownName,
      Ledger ledger,
      KeyStore store,
      UserLocks locks,
      RemoteKeys remote,
      Fanout fanout) {
    this.ownName = ownName;
    this.ledger = ledger;
    this.store = store;
    this.locks = locks;
    this.remote = remote;
    this.fanout = fanout;
  }

  /// One key for each device asked for, from this server and from others.
  ///
  /// @param wanted algorithm by device ID by user
  public ClaimedKeys claim(Map<UserId, Map<String, String>> wanted, Duration timeout) {
    var local = new TreeMap<UserId, Map<String, String>>();
    var away = new TreeMap<ServerName, Map<UserId, Map<String, String>>>();
    wanted.forEach(
        (user, devices) -> {
          var server = user.serverName();
          if (server.equals(ownName)) local.put(user, devices);
          else away.computeIfAbsent(server, _ -> new TreeMap<>()).put(user, devices);
        });
    var keys = claimLocal(local);
    var failures = new TreeMap<ServerName, String>();
    fanout
        .ask(away, (server, asked) -> remote.claim(server, asked, timeout), timeout, LATE)
        .forEach(
            (server, answer) -> {
              switch (answer) {
                case RemoteAnswer.Failed(var why) -> failures.put(server, why);
                case RemoteAnswer.Answered(var found) ->
                    addAsked(found, away.getOrDefault(server, Map.of()), keys);
              }
            });
    return new ClaimedKeys(keys, failures);
  }

  /// For users of this server; also answers other servers. The keys are durably handed out before
  /// this returns.
  public SortedMap<UserId, SortedMap<String, ObjectNode>> claimLocal(
      Map<UserId, Map<String, String>> wanted) {
    var keys = new TreeMap<UserId, SortedMap<String, ObjectNode>>();
    var own = new TreeMap<>(wanted);
    own.keySet().removeIf(user -> !user.serverName().equals(ownName));
    if (own.isEmpty()) return keys;
    return locks.locked(
        own.keySet(),
        () -> {
          var changes = new ArrayList<Change>();
          own.forEach(
              (user, devices) -> {
                var found = claimLocked(user, devices, changes);
                if (!found.isEmpty()) keys.put(user, found);
              });
          if (!changes.isEmpty()) ledger.write(changes.toArray(Change[]::new));
          return keys;
        });
  }

  private SortedMap<String, ObjectNode> claimLocked(
      UserId user, Map<String, String> algorithms, List<Change> changes) {
    var found = new TreeMap<String, ObjectNode>();
    var missing = new HashMap<>(algorithms);
    store
        .nextOneTimeKeys(user, algorithms)
        .forEach(
            (deviceId, key) -> {
              found.put(deviceId, named(key));
              missing.remove(deviceId);
              changes.add(new OneTimeKeyClaimed(user, deviceId, key.algorithm(), key.keyId()));
            });
    missing.forEach(
        (deviceId, algorithm) ->
            store
                .fallbackKey(user, deviceId, algorithm)
                .ifPresent(
                    fallback -> {
                      found.put(deviceId, named(fallback.key()));
                      if (!fallback.used())
                        changes.add(new FallbackKeyUsed(user, deviceId, algorithm));
                    }));
    return found;
  }

  /// Takes from an answer only what was asked for.
  private static void addAsked(
      Map<UserId, SortedMap<String, ObjectNode>> answer,
      Map<UserId, Map<String, String>> asked,
      SortedMap<UserId, SortedMap<String, ObjectNode>> keys) {
    asked.forEach(
        (user, devices) -> {
          var found = new TreeMap<String, ObjectNode>();
          answer
              .getOrDefault(user, new TreeMap<>())
              .forEach(
                  (deviceId, key) -> {
                    if (devices.containsKey(deviceId)) found.put(deviceId, key);
                  });
          if (!found.isEmpty()) keys.put(user, found);
        });
  }

  private static ObjectNode named(OneTimeKey key) {
    return Json.object().set(key.name(), key.key());
  }
}
