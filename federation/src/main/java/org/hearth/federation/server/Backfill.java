package org.hearth.federation.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.List;
import org.hearth.engine.room.InboundRooms;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;

/// Specification file `backfill.yaml`; methods are its operationIds.
final class Backfill {
  private static final int MAX_EVENTS = 100;
  private static final int MAX_MISSING = 50;
  private static final int MAX_STARTS = 100;

  private final InboundRooms rooms;
  private final ServerName own;
  private final InstantSource clock;

  Backfill(InboundRooms rooms, ServerName own, InstantSource clock) {
    this.rooms = rooms;
    this.own = own;
    this.clock = clock;
  }

  void mount(FederationRoutes routes) {
    routes.get("/_matrix/federation/v1/backfill/:roomId", this::backfillRoom);
    routes.post(
        "/_matrix/federation/v1/get_missing_events/:roomId", this::getMissingPreviousEvents);
  }

  Answer backfillRoom(Call call) {
    List<EventId> from = call.queryEventIds("v", MAX_STARTS);
    if (from.isEmpty()) throw BadRequest.invalid("v must name an event.");
    int limit = Math.clamp(call.number("limit"), 0, MAX_EVENTS);
    return Answer.of(
        rooms.backfill(call.origin(), call.roomId(), from, limit),
        events -> Events.transaction(own, clock, events));
  }

  Answer getMissingPreviousEvents(Call call) {
    ObjectNode body = call.body();
    return Answer.of(
        rooms.missingEvents(
            call.origin(),
            call.roomId(),
            call.bodyEventIds("earliest_events", MAX_STARTS),
            call.bodyEventIds("latest_events", MAX_STARTS),
            Math.clamp(body.path("limit").asLong(10), 0, MAX_MISSING),
            Math.max(0, body.path("min_depth").asLong(0))),
        events -> {
          ObjectNode answer = Json.object();
          answer.set("events", Joins.list(events));
          return answer;
        });
  }
}
