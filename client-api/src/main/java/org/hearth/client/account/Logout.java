package org.hearth.client.account;

import java.util.Set;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.account.Devices;

/// Specification file `logout.yaml`; methods are its operationIds.
final class Logout {
  private final Devices devices;

  Logout(Devices devices) {
    this.devices = devices;
  }

  void mount(Routes routes) {
    routes.post("/v3/logout", Auth.ACCESS_TOKEN_EVEN_LOCKED, this::logout);
    routes.post("/v3/logout/all", Auth.ACCESS_TOKEN_EVEN_LOCKED, this::logoutAll);
  }

  /// "The device associated with the access token is also deleted."
  Reply logout(Caller caller, Path path) {
    devices.remove(caller.userId(), Set.of(caller.deviceId()));
    return Reply.empty();
  }

  Reply logoutAll(Caller caller, Path path) {
    devices.removeAll(caller.userId());
    return Reply.empty();
  }
}
