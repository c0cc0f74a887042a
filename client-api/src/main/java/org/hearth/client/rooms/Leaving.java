package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.membership.Memberships;

/// Specification file `leaving.yaml`.
final class Leaving {
  private final Memberships memberships;

  Leaving(Memberships memberships) {
    this.memberships = memberships;
  }

  void mount(Routes routes) {
    var limited = routes.limited(RateClass.MEMBERSHIP).emptyBodyAllowed();
    limited.post(
        "/v3/rooms/:roomId/leave", Auth.ACCESS_TOKEN, RoomEndpoints.Reason.class, this::leaveRoom);
    limited.post("/v3/rooms/:roomId/forget", Auth.ACCESS_TOKEN, this::forgetRoom);
  }

  Reply leaveRoom(Caller caller, Path path, RoomEndpoints.Reason body) {
    return Reply.emptyOr(
        memberships.leave(RoomEndpoints.requester(caller), path.roomId(), body.reason()));
  }

  Reply forgetRoom(Caller caller, Path path) {
    return Reply.emptyOr(memberships.forget(RoomEndpoints.requester(caller), path.roomId()));
  }
}
