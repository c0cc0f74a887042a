package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.creation.NewRoom;
import org.hearth.engine.creation.RoomCreation;

/// Specification file `create_room.yaml`.
final class CreateRoom {
  private final RoomCreation creation;

  CreateRoom(RoomCreation creation) {
    this.creation = creation;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.MEMBERSHIP)
        .emptyBodyAllowed()
        .post("/v3/createRoom", Auth.ACCESS_TOKEN, NewRoom.class, this::createRoom);
  }

  Reply createRoom(Caller caller, Path path, NewRoom body) {
    return Reply.of(
        creation.create(RoomEndpoints.requester(caller), body), RoomEndpoints.RoomAnswer::new);
  }
}
