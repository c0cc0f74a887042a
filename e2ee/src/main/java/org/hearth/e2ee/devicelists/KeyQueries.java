package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hearth.e2ee.Fanout;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.SharedRooms;
import org.hearth.e2ee.crosssigning.CrossSigningStore;
import org.hearth.e2ee.crosssigning.Usage;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// [Downloading identity
/// keys](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery) of local
/// users, of cached remote ones, and of others by asking their servers.
public final class KeyQueries {
  /// Up to so many users of one server are fetched with their stream position, so that later
  /// updates can be added to the list; more of them in one request without.
  private static final int FETCHED_ONE_BY_ONE = 3;

  private final ServerName ownName;
  private final StoredKeys stored;
  private final RemoteListStore lists;
  private final RemoteDeviceLists remoteLists;
  private final SharedRooms rooms;
  private final Fanout fanout;
  private final CrossSigningStore crossSigning;

  public KeyQueries(
      ServerName ownName,
      KeyStore keys,
      CrossSigningStore crossSigning,
      LocalDevices devices,
      RemoteListStore lists,
      RemoteDeviceLists remoteLists,
      SharedRooms rooms,
      Fanout fanout) {
    this.ownName = ownName;
    this.stored = new StoredKeys(keys, crossSigning, devices);
    this.lists = lists;
    this.remoteLists = remoteLists;
    this.rooms = rooms;
    this.fanout = fanout;
    this.crossSigning = crossSigning;
  }

  /// @param wanted device IDs by user; an empty list stands for all
  /// @param timeout for asking other servers
  public KeyQueryAnswer query(UserId asker, Map<UserId, List<String>> wanted, Duration timeout) {
    var answer = KeyQueryAnswer.empty();
    var known = new TreeMap<UserId, List<String>>();
    var away = new TreeMap<ServerName, Map<UserId, List<String>>>();
    var remoteUsers =
        wanted.keySet().stream().filter(user -> !user.serverName().equals(ownName)).toList();
    var cached = lists.lists(remoteUsers);
    wanted.forEach(
        (user, deviceIds) -> {
          boolean here =
              user.serverName().equals(ownName)
                  || remoteLists.isFresh(Optional.ofNullable(cached.get(user)), user);
          if (here) known.put(user, deviceIds);
          else away.computeIfAbsent(user.serverName(), _ -> new TreeMap<>()).put(user, deviceIds);
        });
    var fetched = askAway(away, timeout, answer);
    known.putAll(fetched);
    stored.addTo(answer, known, Optional.of(asker), true);
    return answer;
  }

  /// The master key of any user; asks the user's server unless it is known for sure.
  public Optional<ObjectNode> masterKey(UserId user, Duration timeout) {
    var asked = Map.<UserId, List<String>>of(user, List.of());
    if (user.serverName().equals(ownName)) return crossSigning.keys(user).get(Usage.MASTER);
    var answer = query(user, asked, timeout);
    return Optional.ofNullable(answer.masterKeys().get(user));
  }

  /// What became known by asking one server.
  ///
  /// @param nowStored users whose lists are cached from now on
  /// @param direct keys of users whose lists are not cached
  private record FromServer(
      Map<UserId, List<String>> nowStored,
      Optional<RemoteKeys.UserKeys> direct,
      Optional<String> failure) {

    static FromServer failed(String why) {
      return new FromServer(Map.of(), Optional.empty(), Optional.of(why));
    }
  }

  /// Asks each server in its own task. Answers the users whose lists are stored now; the others'
  /// keys go straight into the answer.
  private Map<UserId, List<String>> askAway(
      Map<ServerName, Map<UserId, List<String>>> away, Duration timeout, KeyQueryAnswer answer) {
    var nowStored = new TreeMap<UserId, List<String>>();
    var late = FromServer.failed("No answer in time");
    fanout
        .ask(away, (server, users) -> askServer(server, users, timeout), timeout, late)
        .forEach(
            (server, from) -> {
              nowStored.putAll(from.nowStored());
              from.direct()
                  .ifPresent(
                      found -> add(found, away.getOrDefault(server, Map.of()), nowStored, answer));
              from.failure().ifPresent(why -> answer.failures().put(server, why));
            });
    return nowStored;
  }

  private FromServer askServer(
      ServerName server, Map<UserId, List<String>> users, Duration timeout) {
    var sharing = new TreeMap<UserId, List<String>>();
    var all = new TreeMap<UserId, List<String>>();
    users.forEach(
        (user, deviceIds) -> {
          boolean shares = rooms.sharedSince(user).isPresent();
          if (shares) sharing.put(user, deviceIds);
          all.put(user, shares ? List.of() : deviceIds);
        });
    if (sharing.size() == all.size() && all.size() <= FETCHED_ONE_BY_ONE)
      return fetchEach(sharing, timeout);
    return switch (remoteLists.query(server, all, sharing.keySet(), timeout)) {
      case RemoteAnswer.Failed(var why) -> FromServer.failed(why);
      case RemoteAnswer.Answered(var found) ->
          new FromServer(sharing, Optional.of(found), Optional.empty());
    };
  }

  private FromServer fetchEach(Map<UserId, List<String>> users, Duration timeout) {
    var nowStored = new TreeMap<UserId, List<String>>();
    for (var entry : users.entrySet()) {
      // A server that does not answer is asked once only.
      if (remoteLists.fetch(entry.getKey(), timeout) instanceof RemoteAnswer.Failed(var why))
        return new FromServer(nowStored, Optional.empty(), Optional.of(why));
      nowStored.put(entry.getKey(), entry.getValue());
    }
    return new FromServer(nowStored, Optional.empty(), Optional.empty());
  }

  /// Takes from a server's answer only what was asked for and belongs to whom it says.
  private static void add(
      RemoteKeys.UserKeys found,
      Map<UserId, List<String>> asked,
      Map<UserId, List<String>> nowStored,
      KeyQueryAnswer answer) {
    asked.forEach(
        (user, deviceIds) -> {
          if (nowStored.containsKey(user)) return;
          var devices = new TreeMap<String, ObjectNode>();
          RemoteDeviceLists.checked(user, found.deviceKeys().getOrDefault(user, new TreeMap<>()))
              .forEach(
                  (deviceId, keys) -> {
                    if (deviceIds.isEmpty() || deviceIds.contains(deviceId))
                      devices.put(deviceId, keys);
                  });
          answer.deviceKeys().put(user, devices);
          var signing =
              RemoteDeviceLists.crossSigning(
                  user, found.masterKeys().get(user), found.selfSigningKeys().get(user));
          signing.forEach(
              (usage, key) -> {
                if (usage == Usage.MASTER) answer.masterKeys().put(user, key);
                else answer.selfSigningKeys().put(user, key);
              });
        });
  }
}
