package org.hearth.client.account;

import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;

/// Specification file `whoami.yaml`.
final class Whoami {
  void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .get("/v3/account/whoami", Auth.ACCESS_TOKEN, this::getTokenOwner);
  }

  Reply getTokenOwner(Caller caller, Path path) {
    return Reply.ok(
        Map.of("user_id", caller.userId(), "device_id", caller.deviceId(), "is_guest", false));
  }
}
