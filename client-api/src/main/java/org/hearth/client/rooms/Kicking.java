package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.membership.Memberships;

/// Specification file `kicking.yaml`.
final class Kicking {
  private final Memberships memberships;

  Kicking(Memberships memberships) {
    this.memberships = memberships;
  }

  void mount(Routes routes) {
    routes.post(
        "/v3/rooms/:roomId/kick", Auth.ACCESS_TOKEN, RoomEndpoints.Target.class, this::kick);
  }

  Reply kick(Caller caller, Path path, RoomEndpoints.Target body) {
    return Reply.emptyOr(
        memberships.kick(
            RoomEndpoints.requester(caller), path.roomId(), body.userId(), body.reason()));
  }
}
