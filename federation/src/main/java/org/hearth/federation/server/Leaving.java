package org.hearth.federation.server;

import org.hearth.engine.room.InboundRooms;
import org.hearth.schemas.json.Json;

/// Specification files `leaving-v1.yaml` and `leaving-v2.yaml`; methods are their operationIds.
final class Leaving {
  private final InboundRooms rooms;

  Leaving(InboundRooms rooms) {
    this.rooms = rooms;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/make_leave/:roomId/:userId", this::makeLeave);
    routes.put("/_matrix/federation/v1/send_leave/:roomId/:eventId", this::sendLeaveV1);
    routes.put("/_matrix/federation/v2/send_leave/:roomId/:eventId", this::sendLeaveV2);
  }

  Answer makeLeave(Call call) {
    return Joins.make(rooms, call, "leave");
  }

  /// Answers `[200, {}]`.
  Answer sendLeaveV1(Call call) {
    return Answer.of(
        rooms.sendLeave(call.origin(), call.roomId(), call.eventId(), call.body()),
        done -> Json.array().add(200).add(Json.object()));
  }

  Answer sendLeaveV2(Call call) {
    return Answer.of(
        rooms.sendLeave(call.origin(), call.roomId(), call.eventId(), call.body()),
        done -> Json.object());
  }
}
