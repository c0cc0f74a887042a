package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.room.InboundRooms;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.json.Json;

/// Specification files `invites-v1.yaml` and `invites-v2.yaml`; methods are their operationIds.
final class Invites {
  private final InboundRooms rooms;

  Invites(InboundRooms rooms) {
    this.rooms = rooms;
  }

  void mount(FederationRoutes routes) {
    routes.put("/_matrix/federation/v1/invite/:roomId/:eventId", this::sendInviteV1);
    routes.put("/_matrix/federation/v2/invite/:roomId/:eventId", this::sendInviteV2);
  }

  /// "This API is the same as v2, except the room version is either 1 or 2."
  Answer sendInviteV1(Call call) {
    ObjectNode event = call.body();
    JsonNode state = event.path("unsigned").path("invite_room_state");
    return switch (invite(call, event, "1", state)) {
      case Outcome.Done<ObjectNode>(ObjectNode signed) ->
          Answer.ok(Json.array().add(200).add(Json.object().set("event", signed)));
      case Outcome.Refused<ObjectNode>(var refusal) -> Answer.refused(refusal);
    };
  }

  Answer sendInviteV2(Call call) {
    ObjectNode body = call.body();
    JsonNode version = body.path("room_version");
    if (!(body.path("event") instanceof ObjectNode event) || !version.isTextual()) {
      throw BadRequest.badJson("The body must have event and room_version.");
    }
    return Answer.of(
        invite(call, event, version.textValue(), body.path("invite_room_state")),
        signed -> Json.object().set("event", signed));
  }

  private Outcome<ObjectNode> invite(
      Call call, ObjectNode event, String version, JsonNode stripped) {
    List<ObjectNode> state = new ArrayList<>();
    for (JsonNode item : stripped) {
      if (item instanceof ObjectNode object) state.add(object);
    }
    return rooms.invite(call.origin(), call.roomId(), call.eventId(), event, version, state);
  }
}
