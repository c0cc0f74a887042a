package org.hearth.client.push;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.push.Pushers;

/// Specification file `pusher.yaml`; methods are its operationIds.
final class Pusher {
  private final Pushers pushers;

  Pusher(Pushers pushers) {
    this.pushers = pushers;
  }

  void mount(Routes routes) {
    routes.get("/v3/pushers", Auth.ACCESS_TOKEN, this::getPushers);
    routes
        .limited(RateClass.GENERAL)
        .post("/v3/pushers/set", Auth.ACCESS_TOKEN, ObjectNode.class, this::postPusher);
  }

  Reply getPushers(Caller caller, Path path) {
    return Reply.ok(
        Map.of("pushers", pushers.of(caller.userId()).stream().map(Pusher::shown).toList()));
  }

  Reply postPusher(Caller caller, Path path, ObjectNode body) {
    return Reply.emptyOr(pushers.set(caller.userId(), caller.deviceId(), body));
  }

  private static ObjectNode shown(org.hearth.engine.push.Pusher pusher) {
    ObjectNode shown = pusher.fields().deepCopy();
    shown.put("app_id", pusher.appId());
    shown.put("pushkey", pusher.pushkey());
    return shown;
  }
}
