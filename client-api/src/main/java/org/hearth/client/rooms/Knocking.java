package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.membership.Memberships;

/// Specification file `knocking.yaml`.
final class Knocking {
  private final Memberships memberships;
  private final Aliases aliases;

  Knocking(Memberships memberships, Aliases aliases) {
    this.memberships = memberships;
    this.aliases = aliases;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.MEMBERSHIP)
        .emptyBodyAllowed()
        .post(
            "/v3/knock/:roomIdOrAlias",
            Auth.ACCESS_TOKEN,
            RoomEndpoints.Reason.class,
            this::knockRoom);
  }

  Reply knockRoom(Caller caller, Path path, RoomEndpoints.Reason body) {
    var knocked =
        Joining.RoomAddress.resolve(path, aliases)
            .then(
                target ->
                    memberships.knock(
                        RoomEndpoints.requester(caller),
                        target.roomId(),
                        target.servers(),
                        body.reason()));
    return Reply.of(knocked, RoomEndpoints.RoomAnswer::new);
  }
}
