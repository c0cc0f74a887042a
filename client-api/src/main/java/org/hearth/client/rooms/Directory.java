package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.directory.Aliases;
import org.hearth.engine.directory.PublicRooms;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Specification file `directory.yaml`, and the room's visibility in the directory from
/// `list_public_rooms.yaml`.
final class Directory {
  private final Aliases aliases;
  private final PublicRooms publicRooms;

  Directory(Aliases aliases, PublicRooms publicRooms) {
    this.aliases = aliases;
    this.publicRooms = publicRooms;
  }

  record AliasRequest(@JsonProperty("room_id") RoomId roomId) {}

  /// @param visibility `public` if absent
  record VisibilityRequest(@Nullable String visibility) {}

  void mount(Routes routes) {
    routes.put(
        "/v3/directory/room/:roomAlias", Auth.ACCESS_TOKEN, AliasRequest.class, this::setRoomAlias);
    routes.get("/v3/directory/room/:roomAlias", Auth.NONE, this::getRoomIdByAlias);
    routes.delete("/v3/directory/room/:roomAlias", Auth.ACCESS_TOKEN, this::deleteRoomAlias);
    routes.get("/v3/rooms/:roomId/aliases", Auth.ACCESS_TOKEN, this::getLocalAliases);
    routes.get("/v3/directory/list/room/:roomId", Auth.NONE, this::getRoomVisibilityOnDirectory);
    routes
        .emptyBodyAllowed()
        .put(
            "/v3/directory/list/room/:roomId",
            Auth.ACCESS_TOKEN,
            VisibilityRequest.class,
            this::setRoomVisibilityOnDirectory);
  }

  private static RoomAlias alias(Path path) {
    return path.parsed("roomAlias", RoomAlias::tryParse);
  }

  /// A taken alias is 409 here, and 400 when a room is created with it.
  Reply setRoomAlias(Caller caller, Path path, AliasRequest body) {
    return switch (aliases.put(RoomEndpoints.requester(caller), alias(path), body.roomId())) {
      case Outcome.Done<Void> _ -> Reply.empty();
      case Outcome.Refused<Void>(var refusal) ->
          refusal.code() == ErrorCode.M_ROOM_IN_USE
              ? Reply.error(409, "M_UNKNOWN", refusal.message())
              : Reply.refused(refusal);
    };
  }

  Reply getRoomIdByAlias(Caller caller, Path path) {
    return Reply.of(
        aliases.resolve(alias(path)),
        target -> Map.of("room_id", target.roomId(), "servers", target.servers()));
  }

  Reply deleteRoomAlias(Caller caller, Path path) {
    return Reply.emptyOr(aliases.remove(RoomEndpoints.requester(caller), alias(path)));
  }

  Reply getLocalAliases(Caller caller, Path path) {
    return Reply.of(
        aliases.of(RoomEndpoints.requester(caller), path.roomId()),
        list -> Map.of("aliases", list));
  }

  Reply getRoomVisibilityOnDirectory(Caller caller, Path path) {
    return Reply.of(
        publicRooms.published(path.roomId()),
        published -> Map.of("visibility", published ? "public" : "private"));
  }

  Reply setRoomVisibilityOnDirectory(Caller caller, Path path, VisibilityRequest body) {
    boolean published =
        switch (body.visibility()) {
          case null -> true;
          case "public" -> true;
          case "private" -> false;
          default -> throw RequestError.invalidParam("visibility is `public` or `private`");
        };
    return Reply.emptyOr(
        publicRooms.publish(RoomEndpoints.requester(caller), path.roomId(), published));
  }
}
