package org.hearth.storage.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.hearth.e2ee.keys.RemoteAnswer;
import org.hearth.e2ee.keys.RemoteKeys;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// A network without other servers.
final class NobodyAway implements RemoteKeys {

  @Override
  public RemoteAnswer<UserKeys> query(
      ServerName server, Map<UserId, List<String>> devices, Duration timeout) {
    return new RemoteAnswer.Failed<>("nobody");
  }

  @Override
  public RemoteAnswer<Map<UserId, SortedMap<String, ObjectNode>>> claim(
      ServerName server, Map<UserId, Map<String, String>> wanted, Duration timeout) {
    return new RemoteAnswer.Failed<>("nobody");
  }

  @Override
  public RemoteAnswer<UserDevices> devices(ServerName server, UserId user, Duration timeout) {
    return new RemoteAnswer.Failed<>("nobody");
  }
}
