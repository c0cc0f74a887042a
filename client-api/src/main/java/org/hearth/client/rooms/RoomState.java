package org.hearth.client.rooms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.sending.Sending;

/// Specification file `room_state.yaml`. An empty state key may be left out, with or without the
/// slash before it.
final class RoomState {
  private final Sending sending;

  RoomState(Sending sending) {
    this.sending = sending;
  }

  void mount(Routes routes) {
    var limited = routes.limited(RateClass.MESSAGE);
    for (var template : Rooms.STATE_TEMPLATES)
      limited.put(template, Auth.ACCESS_TOKEN, ObjectNode.class, this::setRoomStateWithKey);
  }

  Reply setRoomStateWithKey(Caller caller, Path path, ObjectNode body) {
    return Reply.of(
        sending.state(
            RoomEndpoints.requester(caller),
            path.roomId(),
            path.get("eventType"),
            path.getOr("stateKey", ""),
            body,
            null),
        RoomEndpoints.EventAnswer::new);
  }
}
