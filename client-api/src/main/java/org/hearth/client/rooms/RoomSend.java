package org.hearth.client.rooms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.sending.Sending;

/// Specification file `room_send.yaml`.
final class RoomSend {
  private final Sending sending;

  RoomSend(Sending sending) {
    this.sending = sending;
  }

  void mount(Routes routes) {
    routes
        .limited(RateClass.MESSAGE)
        .put(
            "/v3/rooms/:roomId/send/:eventType/:txnId",
            Auth.ACCESS_TOKEN,
            ObjectNode.class,
            this::sendMessage);
  }

  Reply sendMessage(Caller caller, Path path, ObjectNode body) {
    var transaction = new TransactionId(caller.userId(), caller.deviceId(), path.get("txnId"));
    return Reply.of(
        sending.message(
            RoomEndpoints.requester(caller),
            path.roomId(),
            path.get("eventType"),
            body,
            transaction,
            null),
        RoomEndpoints.EventAnswer::new);
  }
}
