package org.hearth.client.sync;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.presence.PresenceState;
import org.jspecify.annotations.Nullable;

/// Specification file `presence.yaml`.
public final class Presence {
  private final org.hearth.engine.presence.Presence presence;

  public Presence(org.hearth.engine.presence.Presence presence) {
    this.presence = presence;
  }

  /// Body of
  /// [setPresence](https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3presenceuseridstatus).
  ///
  /// @param presence `online`, `unavailable` or `offline`
  /// @param statusMsg absent or null for none
  record PresenceRequest(
      @Nullable String presence, @JsonProperty("status_msg") @Nullable String statusMsg) {}

  public void mount(Routes routes) {
    var path = "/v3/presence/:userId/status";
    routes
        .limited(RateClass.GENERAL)
        .put(path, Auth.ACCESS_TOKEN, PresenceRequest.class, this::setPresence);
    routes.get(path, Auth.ACCESS_TOKEN, this::getPresence);
  }

  Reply setPresence(Caller caller, Path path, PresenceRequest body) {
    caller.mustBe(path.userId());
    if (body.presence() == null) throw RequestError.missingParam("presence");
    var state =
        PresenceState.parse(body.presence())
            .orElseThrow(
                () -> RequestError.invalidParam("presence is online, unavailable or offline"));
    return Reply.emptyOr(
        presence.set(new Requester(caller.userId(), caller.deviceId()), state, body.statusMsg()));
  }

  Reply getPresence(Caller caller, Path path) {
    return Reply.of(presence.get(caller.userId(), path.userId()), content -> content);
  }
}
