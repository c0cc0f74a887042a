package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.directory.PublicRooms;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// Specification file `list_public_rooms.yaml`.
final class ListPublicRooms {
  private final ServerName serverName;
  private final PublicRooms publicRooms;

  ListPublicRooms(ServerName serverName, PublicRooms publicRooms) {
    this.serverName = serverName;
    this.publicRooms = publicRooms;
  }

  record Filter(
      @JsonProperty("generic_search_term") @Nullable String searchTerm,
      @JsonProperty("room_types") @Nullable ArrayNode roomTypes) {

    /// A null element stands for rooms without a type.
    @Nullable List<@Nullable String> types() {
      if (roomTypes == null) return null;
      var types = new ArrayList<@Nullable String>();
      roomTypes.forEach(type -> types.add(type.textValue()));
      return types;
    }
  }

  record PublicRoomsRequest(
      @Nullable Integer limit, @Nullable String since, @Nullable Filter filter) {

    PublicRooms.Query query() {
      return new PublicRooms.Query(
          limit,
          since,
          filter == null ? null : filter.searchTerm(),
          filter == null ? null : filter.types());
    }
  }

  void mount(Routes routes) {
    routes.get("/v3/publicRooms", Auth.OPTIONAL, this::getPublicRooms);
    routes
        .emptyBodyAllowed()
        .post(
            "/v3/publicRooms", Auth.ACCESS_TOKEN, PublicRoomsRequest.class, this::queryPublicRooms);
  }

  Reply getPublicRooms(Caller caller, Path path) {
    var query = path.query();
    var limit =
        query.first("limit").isPresent() ? (int) Math.min(query.number("limit", 0), 500) : null;
    return answer(path, new PublicRoomsRequest(limit, query.first("since").orElse(null), null));
  }

  Reply queryPublicRooms(Caller caller, Path path, PublicRoomsRequest body) {
    return answer(path, body);
  }

  private Reply answer(Path path, PublicRoomsRequest request) {
    var server = path.query().first("server").map(RoomEndpoints::server).orElse(serverName);
    return server.equals(serverName)
        ? Reply.of(publicRooms.list(request.query()), page -> page)
        : Reply.of(publicRooms.list(server, (ObjectNode) Json.toTree(request)), page -> page);
  }
}
