package org.hearth.federation.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.engine.federation.LocalQueries;
import org.hearth.schemas.json.Json;

/// Specification file `public_rooms.yaml`; methods are its operationIds.
final class PublicRooms {
  private final LocalQueries queries;

  PublicRooms(LocalQueries queries) {
    this.queries = queries;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/publicRooms", this::getPublicRooms);
    routes.post("/_matrix/federation/v1/publicRooms", this::queryPublicRooms);
  }

  Answer getPublicRooms(Call call) {
    ObjectNode request = Json.object();
    if (call.query("limit").isPresent()) request.put("limit", call.number("limit"));
    call.query("since").ifPresent(since -> request.put("since", since));
    request.put("include_all_networks", call.flag("include_all_networks"));
    call.query("third_party_instance_id")
        .ifPresent(id -> request.put("third_party_instance_id", id));
    return Answer.of(queries.publicRooms(call.origin(), request), rooms -> rooms);
  }

  Answer queryPublicRooms(Call call) {
    return Answer.of(queries.publicRooms(call.origin(), call.body()), rooms -> rooms);
  }
}
