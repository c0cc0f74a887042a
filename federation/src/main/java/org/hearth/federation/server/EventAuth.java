package org.hearth.federation.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.engine.room.InboundRooms;
import org.hearth.schemas.json.Json;

/// Specification file `event_auth.yaml`; methods are its operationIds.
final class EventAuth {
  private final InboundRooms rooms;

  EventAuth(InboundRooms rooms) {
    this.rooms = rooms;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/event_auth/:roomId/:eventId", this::getEventAuth);
  }

  Answer getEventAuth(Call call) {
    return Answer.of(
        rooms.eventAuth(call.origin(), call.roomId(), call.eventId()),
        chain -> {
          ObjectNode body = Json.object();
          body.set("auth_chain", Joins.list(chain));
          return body;
        });
  }
}
