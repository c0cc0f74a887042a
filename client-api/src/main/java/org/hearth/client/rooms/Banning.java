package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.membership.Memberships;

/// Specification file `banning.yaml`.
final class Banning {
  private final Memberships memberships;

  Banning(Memberships memberships) {
    this.memberships = memberships;
  }

  void mount(Routes routes) {
    routes.post("/v3/rooms/:roomId/ban", Auth.ACCESS_TOKEN, RoomEndpoints.Target.class, this::ban);
    routes.post(
        "/v3/rooms/:roomId/unban", Auth.ACCESS_TOKEN, RoomEndpoints.Target.class, this::unban);
  }

  Reply ban(Caller caller, Path path, RoomEndpoints.Target body) {
    return Reply.emptyOr(
        memberships.ban(
            RoomEndpoints.requester(caller), path.roomId(), body.userId(), body.reason()));
  }

  Reply unban(Caller caller, Path path, RoomEndpoints.Target body) {
    return Reply.emptyOr(
        memberships.unban(
            RoomEndpoints.requester(caller), path.roomId(), body.userId(), body.reason()));
  }
}
