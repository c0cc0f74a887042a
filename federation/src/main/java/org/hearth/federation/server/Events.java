package org.hearth.federation.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.List;
import org.hearth.engine.room.InboundRooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;

/// Specification file `events.yaml`; methods are its operationIds.
final class Events {
  private final InboundRooms rooms;
  private final ServerName own;
  private final InstantSource clock;

  Events(InboundRooms rooms, ServerName own, InstantSource clock) {
    this.rooms = rooms;
    this.own = own;
    this.clock = clock;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/event/:eventId", this::getEvent);
    routes.get("/_matrix/federation/v1/state/:roomId", this::getRoomState);
    routes.get("/_matrix/federation/v1/state_ids/:roomId", this::getRoomStateIds);
    routes.get("/_matrix/federation/v1/timestamp_to_event/:roomId", this::getEventByTimestamp);
  }

  Answer getEvent(Call call) {
    return rooms
        .event(call.origin(), call.eventId())
        .map(event -> Answer.ok(transaction(own, clock, List.of(event.event().json()))))
        .orElseGet(
            () ->
                Answer.error(
                    404, ErrorCode.M_NOT_FOUND, "There is no such event that you may see."));
  }

  /// Events in the shape of a transaction.
  static ObjectNode transaction(
      ServerName own, InstantSource clock, Iterable<? extends JsonNode> pdus) {
    ObjectNode body = Json.object();
    body.put("origin", own.value());
    body.put("origin_server_ts", clock.millis());
    body.set("pdus", Joins.list(pdus));
    return body;
  }

  Answer getRoomState(Call call) {
    return Answer.of(
        rooms.state(call.origin(), call.roomId(), call.queryEventId("event_id")),
        state -> {
          ObjectNode body = Json.object();
          body.set("pdus", Joins.list(state.state()));
          body.set("auth_chain", Joins.list(state.authChain()));
          return body;
        });
  }

  Answer getRoomStateIds(Call call) {
    return Answer.of(
        rooms.stateIds(call.origin(), call.roomId(), call.queryEventId("event_id")),
        ids -> {
          ObjectNode body = Json.object();
          body.set("pdu_ids", ids(ids.state()));
          body.set("auth_chain_ids", ids(ids.authChain()));
          return body;
        });
  }

  private static ArrayNode ids(List<EventId> ids) {
    ArrayNode list = Json.array();
    ids.forEach(id -> list.add(id.value()));
    return list;
  }

  Answer getEventByTimestamp(Call call) {
    Timeline.Direction direction =
        switch (call.required("dir")) {
          case "f" -> Timeline.Direction.FORWARDS;
          case "b" -> Timeline.Direction.BACKWARDS;
          default -> throw BadRequest.invalid("dir must be f or b.");
        };
    return Answer.of(
        rooms.timestampToEvent(call.origin(), call.roomId(), call.number("ts"), direction),
        Events::nearest);
  }

  private static ObjectNode nearest(StoredEvent event) {
    return Json.object()
        .put("event_id", event.event().eventId().value())
        .put("origin_server_ts", event.event().originServerTs());
  }
}
