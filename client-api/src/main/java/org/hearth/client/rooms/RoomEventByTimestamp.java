package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.room.Timeline;
import org.hearth.schemas.id.EventId;

/// Specification file `room_event_by_timestamp.yaml`.
final class RoomEventByTimestamp {
  private final Timeline timeline;

  RoomEventByTimestamp(Timeline timeline) {
    this.timeline = timeline;
  }

  record Nearest(
      @JsonProperty("event_id") EventId eventId,
      @JsonProperty("origin_server_ts") long originServerTs) {}

  void mount(Routes routes) {
    routes.get(
        "/v1/rooms/:roomId/timestamp_to_event", Auth.ACCESS_TOKEN, this::getEventByTimestamp);
  }

  Reply getEventByTimestamp(Caller caller, Path path) {
    var direction =
        switch (path.query().require("dir")) {
          case "b" -> Timeline.Direction.BACKWARDS;
          case "f" -> Timeline.Direction.FORWARDS;
          default -> throw RequestError.invalidParam("dir is `b` or `f`");
        };
    path.query().require("ts");
    return timeline
        .nearest(path.roomId(), caller.userId(), path.query().number("ts", 0), direction)
        .map(
            found -> Reply.ok(new Nearest(found.event().eventId(), found.event().originServerTs())))
        .orElseGet(
            () ->
                Reply.error(404, "M_NOT_FOUND", "No event you may see is that way of that time."));
  }
}
