package org.hearth.client.meta;

import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;

/// Specification file `voip.yaml`. This server knows no TURN servers; clients take the empty object
/// for that, and an error for a reason to ask again.
final class Voip {
  void mount(Routes routes) {
    routes
        .limited(RateClass.GENERAL)
        .get("/v3/voip/turnServer", Auth.ACCESS_TOKEN, this::getTurnServer);
  }

  Reply getTurnServer(Caller caller, Path path) {
    return Reply.ok(Map.of());
  }
}
