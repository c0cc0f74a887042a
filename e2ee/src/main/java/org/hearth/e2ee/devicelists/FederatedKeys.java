package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.crosssigning.CrossSigningStore;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.e2ee.keys.KeyClaims;
import org.hearth.e2ee.keys.KeyStore;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What other servers may ask about the keys of our users. They never see user-signing keys,
/// signatures that only one user may see, or the names that people give to their devices.
public final class FederatedKeys {
  private final ServerName ownName;
  private final StoredKeys stored;
  private final KeyClaims claims;
  private final DeviceListLog log;

  public FederatedKeys(
      ServerName ownName,
      KeyStore keys,
      CrossSigningStore crossSigning,
      LocalDevices devices,
      KeyClaims claims,
      DeviceListLog log) {
    this.ownName = ownName;
    this.stored = new StoredKeys(keys, crossSigning, devices);
    this.claims = claims;
    this.log = log;
  }

  /// For `POST /user/keys/query`. Users of other servers are left out.
  ///
  /// @param wanted device IDs by user; an empty list stands for all
  public KeyQueryAnswer query(Map<UserId, List<String>> wanted) {
    var own = new TreeMap<>(wanted);
    own.keySet().removeIf(user -> !user.serverName().equals(ownName));
    var answer = KeyQueryAnswer.empty();
    stored.addTo(answer, own, Optional.empty(), false);
    return answer;
  }

  /// For `POST /user/keys/claim`: keys by `<algorithm>:<key_id>` by device ID by user, durably
  /// handed out.
  ///
  /// @param wanted algorithm by device ID by user
  public SortedMap<UserId, SortedMap<String, ObjectNode>> claim(
      Map<UserId, Map<String, String>> wanted) {
    return claims.claimLocal(wanted);
  }

  /// For `GET /user/devices/{userId}`. Empty for users of other servers.
  public Optional<RemoteKeys.UserDevices> devices(UserId user) {
    if (!user.serverName().equals(ownName)) return Optional.empty();
    // The position first: a change that comes meanwhile is then told once more, not lost.
    long streamId = log.newest(user);
    var answer = query(Map.of(user, List.of()));
    return Optional.of(
        new RemoteKeys.UserDevices(
            user,
            streamId,
            answer.deviceKeys().getOrDefault(user, new TreeMap<>()),
            answer.masterKeys().get(user),
            answer.selfSigningKeys().get(user)));
  }
}
