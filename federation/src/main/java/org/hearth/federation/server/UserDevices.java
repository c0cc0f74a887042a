package org.hearth.federation.server;

import org.hearth.engine.federation.LocalKeys;

/// Specification file `user_devices.yaml`; methods are its operationIds.
final class UserDevices {
  private final LocalKeys keys;

  UserDevices(LocalKeys keys) {
    this.keys = keys;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/user/devices/:userId", this::getUserDevices);
  }

  Answer getUserDevices(Call call) {
    return Answer.of(keys.devices(call.origin(), call.userId()), devices -> devices);
  }
}
