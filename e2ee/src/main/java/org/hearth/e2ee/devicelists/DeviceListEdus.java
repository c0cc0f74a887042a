package org.hearth.e2ee.devicelists;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.e2ee.LocalDevices;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;

/// Makes the contents of the EDUs of [device
/// management](https://spec.matrix.org/v1.19/server-server-api/#device-management): what is true at
/// the moment, under the `stream_id` of a line of the log.
public final class DeviceListEdus {
  static final String DEVICE_LIST_UPDATE = "m.device_list_update";
  static final String SIGNING_KEY_UPDATE = "m.signing_key_update";

  private final FederatedKeys keys;
  private final LocalDevices devices;

  public DeviceListEdus(FederatedKeys keys, LocalDevices devices) {
    this.keys = keys;
    this.devices = devices;
  }

  /// @param line of a user of this server, with a device
  ObjectNode deviceUpdate(DeviceListLog.Line line) {
    var user = line.user();
    var deviceId = line.deviceId().orElseThrow();
    var content = Json.object();
    content.put("user_id", user.value()).put("device_id", deviceId);
    content.put("stream_id", line.position());
    var previous = content.putArray("prev_id");
    line.previous().ifPresent(previous::add);
    var found = keys.query(Map.of(user, List.of(deviceId))).deviceKeys().get(user);
    var key = found == null ? null : found.get(deviceId);
    if (key != null) content.set("keys", key);
    else if (!devices.of(user).containsKey(deviceId)) content.put("deleted", true);
    return content;
  }

  ObjectNode signingKeys(UserId user) {
    var answer = keys.query(Map.of(user, List.of()));
    var content = Json.object().put("user_id", user.value());
    var master = answer.masterKeys().get(user);
    if (master != null) content.set("master_key", master);
    var selfSigning = answer.selfSigningKeys().get(user);
    if (selfSigning != null) content.set("self_signing_key", selfSigning);
    return content;
  }
}
