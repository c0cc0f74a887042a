package org.hearth.federation.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.engine.room.InboundRooms;
import org.hearth.schemas.json.Json;

/// Specification file `knocks.yaml`; methods are its operationIds.
final class Knocks {
  private final InboundRooms rooms;

  Knocks(InboundRooms rooms) {
    this.rooms = rooms;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/make_knock/:roomId/:userId", this::makeKnock);
    routes.put("/_matrix/federation/v1/send_knock/:roomId/:eventId", this::sendKnock);
  }

  Answer makeKnock(Call call) {
    return Joins.make(rooms, call, "knock");
  }

  Answer sendKnock(Call call) {
    return Answer.of(
        rooms.sendKnock(call.origin(), call.roomId(), call.eventId(), call.body()),
        state -> {
          ObjectNode body = Json.object();
          body.set("knock_room_state", Joins.list(state));
          return body;
        });
  }
}
