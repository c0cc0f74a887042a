package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.sending.Sending;
import org.hearth.schemas.json.Json;

/// Specification file `redaction.yaml`.
final class Redaction {
  private final Sending sending;

  Redaction(Sending sending) {
    this.sending = sending;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.MESSAGE)
        .emptyBodyAllowed()
        .put(
            "/v3/rooms/:roomId/redact/:eventId/:txnId",
            Auth.ACCESS_TOKEN,
            RoomEndpoints.Reason.class,
            this::redactEvent);
  }

  Reply redactEvent(Caller caller, Path path, RoomEndpoints.Reason body) {
    var content = Json.object();
    if (body.reason() != null) content.put("reason", body.reason());
    var transaction = new TransactionId(caller.userId(), caller.deviceId(), path.get("txnId"));
    return Reply.of(
        sending.redact(
            RoomEndpoints.requester(caller), path.roomId(), path.eventId(), content, transaction),
        RoomEndpoints.EventAnswer::new);
  }
}
