package org.hearth.engine.encryption;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.hearth.e2ee.devicelists.FederatedKeys;
import org.hearth.e2ee.keys.RemoteKeys.UserDevices;
import org.hearth.engine.federation.LocalKeys;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// Answers [LocalKeys] with what other servers may see.
public final class KeysForServers implements LocalKeys {
  private final FederatedKeys keys;

  public KeysForServers(FederatedKeys keys) {
    this.keys = keys;
  }

  @Override
  public Outcome<ObjectNode> devices(ServerName origin, UserId userId) {
    return keys.devices(userId)
        .map(found -> Outcome.done(body(found)))
        .orElseGet(() -> Outcome.notFound("This server does not know the user"));
  }

  private static ObjectNode body(UserDevices found) {
    var body = Json.object().put("user_id", found.user().value());
    body.put("stream_id", found.streamId());
    var devices = body.putArray("devices");
    found
        .devices()
        .forEach((id, keys) -> devices.addObject().put("device_id", id).set("keys", keys));
    if (found.masterKey() != null) body.set("master_key", found.masterKey());
    if (found.selfSigningKey() != null) body.set("self_signing_key", found.selfSigningKey());
    return body;
  }

  @Override
  public ObjectNode query(ServerName origin, Map<UserId, List<String>> wanted) {
    var answer = keys.query(wanted);
    var body = Json.object();
    var devices = body.putObject("device_keys");
    answer.deviceKeys().forEach((user, found) -> devices.set(user.value(), object(found)));
    body.set("master_keys", byUser(answer.masterKeys()));
    body.set("self_signing_keys", byUser(answer.selfSigningKeys()));
    return body;
  }

  @Override
  public ObjectNode claim(ServerName origin, Map<UserId, Map<String, String>> wanted) {
    var body = Json.object();
    var claimed = body.putObject("one_time_keys");
    keys.claim(wanted).forEach((user, found) -> claimed.set(user.value(), object(found)));
    return body;
  }

  private static ObjectNode byUser(SortedMap<UserId, ObjectNode> keys) {
    var json = Json.object();
    keys.forEach((user, key) -> json.set(user.value(), key));
    return json;
  }

  private static ObjectNode object(Map<String, ObjectNode> members) {
    var json = Json.object();
    members.forEach(json::set);
    return json;
  }
}
