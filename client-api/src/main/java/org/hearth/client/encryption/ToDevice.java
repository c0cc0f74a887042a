package org.hearth.client.encryption;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.e2ee.todevice.ToDeviceMessages;

/// Specification file `to_device.yaml`; methods are its operationIds.
final class ToDevice {
  private final org.hearth.e2ee.todevice.ToDevice toDevice;

  ToDevice(org.hearth.e2ee.todevice.ToDevice toDevice) {
    this.toDevice = toDevice;
  }

  void mount(Routes routes) {
    routes.put(
        "/v3/sendToDevice/:eventType/:txnId",
        Auth.ACCESS_TOKEN,
        SendRequest.class,
        this::sendToDevice);
  }

  /// Body of
  /// [sendToDevice](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3sendtodeviceeventtypetxnid).
  ///
  /// @param messages content by device ID (or `*`) by user
  record SendRequest(Map<String, Map<String, ObjectNode>> messages) {}

  Reply sendToDevice(Caller caller, Path path, SendRequest body) {
    var byUser = EncryptionEndpoints.byUser(body.messages());
    byUser.values().forEach(messages -> messages.forEach(EncryptionEndpoints::notNull));
    return Reply.emptyOr(
        toDevice.send(
            caller.userId(),
            caller.deviceId(),
            path.get("eventType"),
            path.get("txnId"),
            new ToDeviceMessages(byUser)));
  }
}
