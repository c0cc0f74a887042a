package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.membership.Memberships;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// Specification file `joining.yaml`.
final class Joining {
  private final Memberships memberships;
  private final Aliases aliases;

  Joining(Memberships memberships, Aliases aliases) {
    this.memberships = memberships;
    this.aliases = aliases;
  }

  /// @param thirdPartySigned proof of a third-party invite, copied into the member event
  record JoinRequest(
      @Nullable String reason,
      @JsonProperty("third_party_signed") @Nullable ObjectNode thirdPartySigned) {

    @Nullable ObjectNode extra() {
      if (thirdPartySigned == null) return null;
      var extra = Json.object();
      extra.putObject("third_party_invite").set("signed", thirdPartySigned);
      return extra;
    }
  }

  void mount(Routes routes) {
    var limited = routes.limited(RateClass.MEMBERSHIP).emptyBodyAllowed();
    limited.post(
        "/v3/rooms/:roomId/join", Auth.ACCESS_TOKEN, JoinRequest.class, this::joinRoomById);
    limited.post("/v3/join/:roomIdOrAlias", Auth.ACCESS_TOKEN, JoinRequest.class, this::joinRoom);
  }

  Reply joinRoomById(Caller caller, Path path, JoinRequest body) {
    return Reply.of(
        memberships.join(
            RoomEndpoints.requester(caller), path.roomId(), List.of(), body.reason(), body.extra()),
        RoomEndpoints.RoomAnswer::new);
  }

  Reply joinRoom(Caller caller, Path path, JoinRequest body) {
    var joined =
        RoomAddress.resolve(path, aliases)
            .then(
                target ->
                    memberships.join(
                        RoomEndpoints.requester(caller),
                        target.roomId(),
                        target.servers(),
                        body.reason(),
                        body.extra()));
    return Reply.of(joined, RoomEndpoints.RoomAnswer::new);
  }

  /// The path parameter `roomIdOrAlias`.
  static final class RoomAddress {
    private RoomAddress() {}

    /// With the servers of the query first, then those that the alias is known to.
    static Outcome<Aliases.Target> resolve(Path path, Aliases aliases) {
      var via = RoomEndpoints.via(path);
      var text = path.get("roomIdOrAlias");
      if (text.startsWith("!"))
        return Outcome.done(
            new Aliases.Target(
                path.parsed("roomIdOrAlias", org.hearth.schemas.id.RoomId::tryParse), via));
      var alias = path.parsed("roomIdOrAlias", org.hearth.schemas.id.RoomAlias::tryParse);
      return aliases
          .resolve(alias)
          .map(
              target -> {
                var servers = new ArrayList<>(via);
                target.servers().stream()
                    .filter(server -> !servers.contains(server))
                    .forEach(servers::add);
                return new Aliases.Target(target.roomId(), servers);
              });
    }
  }
}
