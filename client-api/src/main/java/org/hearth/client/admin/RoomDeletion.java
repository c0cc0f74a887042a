package org.hearth.client.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.purge.Purge;
import org.hearth.engine.purge.Purge.Kind;
import org.hearth.engine.purge.Purge.Status;
import org.hearth.engine.purge.RoomPurges;
import org.jspecify.annotations.Nullable;

/// Taking rooms out, as existing tools ask for it: `DELETE /_synapse/admin/v2/rooms/{roomId}` and
/// its status, and blocking.
public final class RoomDeletion {
  private static final String OPERATOR = "operator";

  private final RoomPurges purges;

  public RoomDeletion(RoomPurges purges) {
    this.purges = purges;
  }

  public void mount(Routes all) {
    var routes = all.emptyBodyAllowed();
    routes.delete(
        "/_synapse/admin/v2/rooms/:roomId", Auth.OPERATOR, DeleteRequest.class, this::delete);
    routes.get("/_synapse/admin/v2/rooms/:roomId/delete_status", Auth.OPERATOR, this::statusOfRoom);
    routes.get("/_synapse/admin/v2/rooms/delete_status/:deleteId", Auth.OPERATOR, this::status);
    routes.put(
        "/_synapse/admin/v1/rooms/:roomId/block", Auth.OPERATOR, BlockRequest.class, this::block);
    routes.get("/_synapse/admin/v1/rooms/:roomId/block", Auth.OPERATOR, this::isBlocked);
  }

  /// What to do with the room.
  ///
  /// @param block whether local users may not enter it again; false if absent
  /// @param purge whether its rows go; true if absent
  /// @param forcePurge whether they go also if some local user cannot be made to leave
  /// @param newRoomUserId who would make a room to move local users to: not done here
  record DeleteRequest(
      @Nullable Boolean block,
      @Nullable Boolean purge,
      @JsonProperty("force_purge") @Nullable Boolean forcePurge,
      @JsonProperty("new_room_user_id") @Nullable String newRoomUserId) {}

  record BlockRequest(boolean block) {}

  Reply delete(Caller caller, Path path, DeleteRequest body) {
    if (body.newRoomUserId() != null)
      return Reply.error(
          400, "M_INVALID_PARAM", "This server moves nobody to a new room: new_room_user_id");
    var room = path.roomId();
    if (Boolean.TRUE.equals(body.block())) purges.block(room, true, actor(caller));
    var kind =
        Boolean.FALSE.equals(body.purge())
            ? Kind.SHUTDOWN
            : Boolean.TRUE.equals(body.forcePurge()) ? Kind.ROOM_BY_FORCE : Kind.ROOM;
    return Reply.of(purges.room(room, kind), purge -> Map.of("delete_id", purge.id()));
  }

  static String actor(Caller caller) {
    return caller.session().map(session -> session.userId().value()).orElse(OPERATOR);
  }

  Reply status(Caller caller, Path path) {
    return purges
        .purge(path.get("deleteId"))
        .filter(RoomDeletion::isOfRoom)
        .map(purge -> Reply.ok(shown(purge)))
        .orElseGet(() -> Reply.error(404, "M_NOT_FOUND", "No such deletion is known"));
  }

  Reply statusOfRoom(Caller caller, Path path) {
    List<Map<String, Object>> results =
        purges.purgesOf(path.roomId()).stream()
            .filter(RoomDeletion::isOfRoom)
            .map(RoomDeletion::shown)
            .toList();
    return results.isEmpty()
        ? Reply.error(404, "M_NOT_FOUND", "No deletion of this room is known")
        : Reply.ok(Map.of("results", results));
  }

  private static boolean isOfRoom(Purge purge) {
    return switch (purge.kind()) {
      case ROOM, ROOM_BY_FORCE, SHUTDOWN -> true;
      case HISTORY, HISTORY_OF_OTHERS, UNUSED_STATE -> false;
    };
  }

  private static Map<String, Object> shown(Purge purge) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("delete_id", purge.id());
    shown.put("room_id", purge.room());
    shown.put("status", word(purge.status()));
    if (!purge.detail().error().isEmpty()) shown.put("error", purge.detail().error());
    var users = new LinkedHashMap<String, Object>();
    users.put("kicked_users", purge.detail().kicked());
    users.put("failed_to_kick_users", purge.detail().failedToKick());
    users.put("local_aliases", purge.detail().aliases());
    shown.put("shutdown_room", users);
    return shown;
  }

  private static String word(Status status) {
    return switch (status) {
      case LEAVING, TELLING_OTHERS -> "shutting_down";
      case REMOVING, MARKING_GAPS, REMOVING_REST, SWEEPING_STATE -> "purging";
      case COMPLETE, FAILED -> status.name().toLowerCase(Locale.ROOT);
    };
  }

  Reply block(Caller caller, Path path, BlockRequest body) {
    purges.block(path.roomId(), body.block(), actor(caller));
    return Reply.ok(Map.of("block", body.block()));
  }

  Reply isBlocked(Caller caller, Path path) {
    return purges
        .block(path.roomId())
        .map(block -> Reply.ok(Map.of("block", true, "user_id", block.by())))
        .orElseGet(() -> Reply.ok(Map.of("block", false)));
  }
}
