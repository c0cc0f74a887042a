package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.engine.room.InboundRooms;
import org.hearth.engine.room.InboundRooms.JoinAnswer;
import org.hearth.engine.room.InboundRooms.Template;
import org.hearth.schemas.json.Json;

/// Specification files `joins-v1.yaml` and `joins-v2.yaml`; methods are their operationIds.
final class Joins {
  private final InboundRooms rooms;

  Joins(InboundRooms rooms) {
    this.rooms = rooms;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/make_join/:roomId/:userId", this::makeJoin);
    routes.put("/_matrix/federation/v1/send_join/:roomId/:eventId", this::sendJoinV1);
    routes.put("/_matrix/federation/v2/send_join/:roomId/:eventId", this::sendJoinV2);
  }

  Answer makeJoin(Call call) {
    return make(rooms, call, "join");
  }

  static Answer make(InboundRooms rooms, Call call, String membership) {
    return Answer.of(
        rooms.make(call.origin(), membership, call.roomId(), call.userId(), call.queryAll("ver")),
        Joins::template);
  }

  private static ObjectNode template(Template made) {
    ObjectNode body = Json.object().put("room_version", made.version().id());
    body.set("event", made.template());
    return body;
  }

  /// Answers `[200, {"state": [...], "auth_chain": [...]}]`.
  Answer sendJoinV1(Call call) {
    return Answer.of(
        rooms.sendJoin(call.origin(), call.roomId(), call.eventId(), call.body(), false),
        answer -> Json.array().add(200).add(joined(answer)));
  }

  Answer sendJoinV2(Call call) {
    return Answer.of(
        rooms.sendJoin(
            call.origin(), call.roomId(), call.eventId(), call.body(), call.flag("omit_members")),
        Joins::joined);
  }

  private static ObjectNode joined(JoinAnswer answer) {
    ObjectNode body = Json.object();
    body.set("event", answer.event());
    body.set("state", list(answer.state()));
    body.set("auth_chain", list(answer.authChain()));
    body.put("members_omitted", answer.membersOmitted());
    ArrayNode servers = body.putArray("servers_in_room");
    answer.serversInRoom().forEach(server -> servers.add(server.value()));
    return body;
  }

  static ArrayNode list(Iterable<? extends JsonNode> events) {
    ArrayNode list = Json.array();
    events.forEach(list::add);
    return list;
  }
}
