package org.hearth.client.rooms;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.directory.PublicRooms;
import org.hearth.engine.reading.RoomReading;
import org.hearth.engine.room.ClientEvents;
import org.hearth.engine.room.Timeline;
import org.hearth.engine.room.UserRooms;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Specification file `room_initial_sync.yaml`.
final class RoomInitialSync {
  private static final int MESSAGES = 20;

  private final RoomReading reading;
  private final Timeline timeline;
  private final ClientEvents clientEvents;
  private final UserRooms userRooms;
  private final PublicRooms publicRooms;

  RoomInitialSync(
      RoomReading reading,
      Timeline timeline,
      ClientEvents clientEvents,
      UserRooms userRooms,
      PublicRooms publicRooms) {
    this.reading = reading;
    this.timeline = timeline;
    this.clientEvents = clientEvents;
    this.userRooms = userRooms;
    this.publicRooms = publicRooms;
  }

  void mount(Routes routes) {
    routes.get("/v3/rooms/:roomId/initialSync", Auth.ACCESS_TOKEN, this::roomInitialSync);
  }

  /// A room at a glance.
  ///
  /// @param membership of whoever asks; null if they have none
  record Snapshot(
      @JsonProperty("room_id") RoomId roomId,
      @Nullable String membership,
      Map<String, Object> messages,
      List<ObjectNode> state,
      String visibility) {}

  Reply roomInitialSync(Caller caller, Path path) {
    var requester = RoomEndpoints.requester(caller);
    RoomId roomId = path.roomId();
    Outcome<Snapshot> snapshot =
        reading
            .state(requester, roomId)
            .then(
                state ->
                    timeline
                        .messages(
                            roomId,
                            caller.userId(),
                            null,
                            null,
                            Timeline.Direction.BACKWARDS,
                            MESSAGES,
                            event -> true)
                        .map(page -> snapshot(caller, roomId, state, page)));
    return Reply.of(snapshot, whole -> whole);
  }

  private Snapshot snapshot(
      Caller caller, RoomId roomId, List<ObjectNode> state, Timeline.Page page) {
    var requester = RoomEndpoints.requester(caller);
    boolean published =
        publicRooms.published(roomId) instanceof Outcome.Done<Boolean>(var yes) && yes;
    var newest = clientEvents.render(page.events(), requester).reversed();
    String end = page.end() == null ? page.start() : page.end();
    return new Snapshot(
        roomId,
        userRooms.in(caller.userId(), roomId).map(UserRooms.UserRoom::membership).orElse(null),
        Map.of("chunk", newest, "start", end, "end", page.start()),
        state,
        published ? "public" : "private");
  }
}
