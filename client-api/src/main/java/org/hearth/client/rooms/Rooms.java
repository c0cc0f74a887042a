package org.hearth.client.rooms;

import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.reading.RoomReading;
import org.hearth.schemas.event.StateKey;

/// Specification file `rooms.yaml`.
final class Rooms {
  static final List<String> STATE_TEMPLATES =
      List.of(
          "/v3/rooms/:roomId/state/:eventType/:stateKey",
          "/v3/rooms/:roomId/state/:eventType/",
          "/v3/rooms/:roomId/state/:eventType");

  private final RoomReading reading;

  Rooms(RoomReading reading) {
    this.reading = reading;
  }

  void mount(Routes routes) {
    routes.get("/v3/rooms/:roomId/event/:eventId", Auth.ACCESS_TOKEN, this::getOneRoomEvent);
    for (var template : STATE_TEMPLATES)
      routes.get(template, Auth.ACCESS_TOKEN, this::getRoomStateWithKey);
    routes.get("/v3/rooms/:roomId/state", Auth.ACCESS_TOKEN, this::getRoomState);
    routes.get("/v3/rooms/:roomId/members", Auth.ACCESS_TOKEN, this::getMembersByRoom);
    routes.get("/v3/rooms/:roomId/joined_members", Auth.ACCESS_TOKEN, this::getJoinedMembersByRoom);
  }

  Reply getOneRoomEvent(Caller caller, Path path) {
    return Reply.of(
        reading.event(RoomEndpoints.requester(caller), path.roomId(), path.eventId()),
        event -> event);
  }

  /// `format=event` answers the whole event instead of its content.
  Reply getRoomStateWithKey(Caller caller, Path path) {
    var requester = RoomEndpoints.requester(caller);
    var key = new StateKey(path.get("eventType"), path.getOr("stateKey", ""));
    boolean whole =
        switch (path.query().first("format").orElse("content")) {
          case "content" -> false;
          case "event" -> true;
          default -> throw RequestError.invalidParam("format is `content` or `event`");
        };
    return Reply.of(
        reading.stateEvent(requester, path.roomId(), key),
        event -> whole ? reading.render(event, requester) : event.content());
  }

  Reply getRoomState(Caller caller, Path path) {
    return Reply.of(
        reading.state(RoomEndpoints.requester(caller), path.roomId()), events -> events);
  }

  Reply getMembersByRoom(Caller caller, Path path) {
    var query = path.query();
    return Reply.of(
        reading.members(
            RoomEndpoints.requester(caller),
            path.roomId(),
            query.first("at").orElse(null),
            query.first("membership").orElse(null),
            query.first("not_membership").orElse(null)),
        members -> Map.of("chunk", members));
  }

  Reply getJoinedMembersByRoom(Caller caller, Path path) {
    return Reply.of(
        reading.joinedMembers(RoomEndpoints.requester(caller), path.roomId()),
        members -> Map.of("joined", members));
  }
}
