package org.hearth.client.admin;

import java.util.Optional;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;

/// `hearth room verify` on a running server.
///
/// - `GET /_hearth/admin/v1/rooms/{roomId}/verify` answers lines of JSON while it works: `{"done":
///   200, "total": 1000}`, and at the end `{"report": {...}, "sound": true}`.
/// - `GET /_hearth/admin/v1/rooms/{roomId}/explain?type=m.room.name&key=&at=$event` tells why the
///   state has an entry. `key` and `at` may be absent: the empty key, and the current state.
public final class RoomVerify {
  private final RoomInspection inspection;

  public RoomVerify(RoomInspection inspection) {
    this.inspection = inspection;
  }

  public void mount(Routes routes) {
    routes.get("/_hearth/admin/v1/rooms/:roomId/verify", Auth.OPERATOR, this::verify);
    routes.get("/_hearth/admin/v1/rooms/:roomId/explain", Auth.OPERATOR, this::explain);
  }

  Reply verify(Caller caller, Path path) {
    return inspection
        .verify(path.roomId())
        .map(
            verification ->
                Reply.stream("application/x-ndjson", -1, new VerificationLines(verification)))
        .orElseGet(RoomVerify::unknown);
  }

  Reply explain(Caller caller, Path path) {
    var key = new StateKey(path.query().require("type"), path.query().first("key").orElse(""));
    Optional<EventId> at =
        path.query()
            .first("at")
            .map(
                id ->
                    EventId.tryParse(id)
                        .orElseThrow(() -> RequestError.invalidParam("Not a valid event id")));
    return inspection.explain(path.roomId(), key, at).map(Reply::ok).orElseGet(RoomVerify::unknown);
  }

  private static Reply unknown() {
    return Reply.error(404, "M_NOT_FOUND", "This room is not stored here");
  }
}
