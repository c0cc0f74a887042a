package org.hearth.client.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.purge.Purge;
import org.hearth.engine.purge.RoomPurges;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// Taking old events and unused state out of rooms: `/_synapse/admin/v1/purge_history` as existing
/// tools know it, and this server's own paths, which `hearth room` uses.
public final class HistoryDeletion {
  private final RoomPurges purges;

  public HistoryDeletion(RoomPurges purges) {
    this.purges = purges;
  }

  public void mount(Routes all) {
    var routes = all.emptyBodyAllowed();
    var path = "/_synapse/admin/v1/purge_history/:roomId";
    routes.post(path, Auth.OPERATOR, HistoryRequest.class, this::purge);
    routes.post(path + "/:eventId", Auth.OPERATOR, HistoryRequest.class, this::purge);
    routes.get("/_synapse/admin/v1/purge_history_status/:purgeId", Auth.OPERATOR, this::status);
    routes.post("/_hearth/admin/v1/rooms/:roomId/sweep_state", Auth.OPERATOR, this::sweepState);
    routes.get("/_hearth/admin/v1/purges/:purgeId", Auth.OPERATOR, this::show);
  }

  /// Up to where events go.
  ///
  /// @param deleteLocalEvents whether events of this server's own users go too: others may not have
  ///   them; false if absent
  /// @param upToTs events before the first one at or after this time go
  /// @param upToEventId events less deep than this one go; may stand in the path instead
  record HistoryRequest(
      @JsonProperty("delete_local_events") @Nullable Boolean deleteLocalEvents,
      @JsonProperty("purge_up_to_ts") @Nullable Long upToTs,
      @JsonProperty("purge_up_to_event_id") @Nullable String upToEventId) {}

  Reply purge(Caller caller, Path path, HistoryRequest body) {
    boolean local = Boolean.TRUE.equals(body.deleteLocalEvents());
    var named = path.getOr("eventId", body.upToEventId() == null ? "" : body.upToEventId());
    return Reply.of(
        started(path.roomId(), named, body.upToTs(), local),
        purge -> Map.of("purge_id", purge.id()));
  }

  private Outcome<Purge> started(RoomId room, String event, @Nullable Long time, boolean local) {
    if (!event.isEmpty())
      return purges.historyBefore(
          room,
          EventId.tryParse(event)
              .orElseThrow(() -> RequestError.invalidParam("Not a valid event id")),
          local);
    if (time == null) throw RequestError.missingParam("purge_up_to_event_id or purge_up_to_ts");
    return purges.historyBefore(room, time, local);
  }

  Reply status(Caller caller, Path path) {
    return purges
        .purge(path.get("purgeId"))
        .map(
            purge -> {
              var shown = new LinkedHashMap<String, Object>();
              shown.put(
                  "status",
                  switch (purge.status()) {
                    case COMPLETE -> "complete";
                    case FAILED -> "failed";
                    default -> "active";
                  });
              if (!purge.detail().error().isEmpty()) shown.put("error", purge.detail().error());
              return Reply.ok(shown);
            })
        .orElseGet(HistoryDeletion::unknown);
  }

  Reply sweepState(Caller caller, Path path) {
    return Reply.of(purges.unusedState(path.roomId()), purge -> Map.of("purge_id", purge.id()));
  }

  /// Any purge in whole: `{"id": ..., "status": "REMOVING", "rows": 4711, "detail": {...}, ...}`.
  Reply show(Caller caller, Path path) {
    return purges.purge(path.get("purgeId")).map(Reply::ok).orElseGet(HistoryDeletion::unknown);
  }

  private static Reply unknown() {
    return Reply.error(404, "M_NOT_FOUND", "No such purge is known");
  }
}
