package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.room.UserRooms;
import org.hearth.schemas.id.RoomId;

/// Specification file `list_joined_rooms.yaml`.
final class ListJoinedRooms {
  private final UserRooms userRooms;

  ListJoinedRooms(UserRooms userRooms) {
    this.userRooms = userRooms;
  }

  record JoinedRooms(@JsonProperty("joined_rooms") List<RoomId> joinedRooms) {}

  void mount(Routes routes) {
    routes.get("/v3/joined_rooms", Auth.ACCESS_TOKEN, this::getJoinedRooms);
  }

  Reply getJoinedRooms(Caller caller, Path path) {
    return Reply.ok(new JoinedRooms(userRooms.joined(caller.userId())));
  }
}
