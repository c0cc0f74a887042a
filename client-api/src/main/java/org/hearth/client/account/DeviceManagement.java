package org.hearth.client.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Device;
import org.hearth.engine.account.Devices;
import org.jspecify.annotations.Nullable;

/// Specification file `device_management.yaml`; methods are its operationIds.
final class DeviceManagement {
  private final Devices devices;
  private final UserInteractive interactive;

  DeviceManagement(Devices devices, UserInteractive interactive) {
    this.devices = devices;
    this.interactive = interactive;
  }

  void mount(Routes routes) {
    routes.get("/v3/devices", Auth.ACCESS_TOKEN, this::getDevices);
    routes.get("/v3/devices/:deviceId", Auth.ACCESS_TOKEN, this::getDevice);
    routes.put("/v3/devices/:deviceId", Auth.ACCESS_TOKEN, UpdateRequest.class, this::updateDevice);
    routes
        .emptyBodyAllowed()
        .delete(
            "/v3/devices/:deviceId",
            Auth.ACCESS_TOKEN,
            LoginToken.ConfirmedRequest.class,
            this::deleteDevice);
    routes.post("/v3/delete_devices", Auth.ACCESS_TOKEN, DeleteRequest.class, this::deleteDevices);
  }

  /// Body of
  /// [updateDevice](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid).
  ///
  /// @param displayName absent leaves it as it is
  record UpdateRequest(@JsonProperty("display_name") @Nullable String displayName) {}

  /// Body of
  /// [deleteDevices](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices).
  record DeleteRequest(@Nullable ObjectNode auth, List<String> devices) {}

  /// A device as its owner sees it.
  record Shown(
      @JsonProperty("device_id") String deviceId,
      @JsonProperty("display_name") @Nullable String displayName,
      @JsonProperty("last_seen_ip") @Nullable String lastSeenIp,
      @JsonProperty("last_seen_ts") @Nullable Long lastSeenTs) {

    static Shown of(Device device) {
      boolean seen = device.lastSeenMs() > 0;
      return new Shown(
          device.deviceId(),
          device.displayName(),
          seen ? device.lastSeenIp() : null,
          seen ? device.lastSeenMs() : null);
    }
  }

  Reply getDevices(Caller caller, Path path) {
    return Reply.ok(
        Map.of("devices", devices.of(caller.userId()).stream().map(Shown::of).toList()));
  }

  Reply getDevice(Caller caller, Path path) {
    return devices
        .find(caller.userId(), path.get("deviceId"))
        .map(device -> Reply.ok(Shown.of(device)))
        .orElseGet(DeviceManagement::notFound);
  }

  Reply updateDevice(Caller caller, Path path, UpdateRequest body) {
    String deviceId = path.get("deviceId");
    if (body.displayName() == null) {
      return devices.find(caller.userId(), deviceId).isPresent() ? Reply.empty() : notFound();
    }
    return Reply.emptyOr(devices.rename(caller.userId(), deviceId, body.displayName()));
  }

  Reply deleteDevice(Caller caller, Path path, LoginToken.ConfirmedRequest body) {
    return delete(caller, Set.of(path.get("deviceId")), body.auth());
  }

  Reply deleteDevices(Caller caller, Path path, DeleteRequest body) {
    return delete(caller, Set.copyOf(body.devices()), body.auth());
  }

  private Reply delete(Caller caller, Set<String> deviceIds, @Nullable ObjectNode auth) {
    String operation = "delete devices " + new TreeSet<>(deviceIds);
    Optional<Reply> challenge = interactive.challenge(caller, operation, auth);
    if (challenge.isPresent()) {
      return challenge.get();
    }
    devices.remove(caller.userId(), deviceIds);
    return Reply.empty();
  }

  private static Reply notFound() {
    return Reply.error(404, "M_NOT_FOUND", "No such device");
  }
}
