package org.hearth.client.sync;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.Requester;
import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.userdata.AccountData;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// Specification files `receipts.yaml` and `read_markers.yaml`.
public final class Receipts {
  private final org.hearth.engine.receipt.Receipts receipts;

  public Receipts(org.hearth.engine.receipt.Receipts receipts) {
    this.receipts = receipts;
  }

  record ReceiptRequest(@JsonProperty("thread_id") @Nullable String threadId) {}

  record ReadMarkersRequest(
      @JsonProperty("m.fully_read") @Nullable EventId fullyRead,
      @JsonProperty("m.read") @Nullable EventId read,
      @JsonProperty("m.read.private") @Nullable EventId readPrivate) {}

  public void mount(Routes routes) {
    routes
        .emptyBodyAllowed()
        .post(
            "/v3/rooms/:roomId/receipt/:receiptType/:eventId",
            Auth.ACCESS_TOKEN,
            ReceiptRequest.class,
            this::postReceipt);
    routes.post(
        "/v3/rooms/:roomId/read_markers",
        Auth.ACCESS_TOKEN,
        ReadMarkersRequest.class,
        this::setReadMarker);
  }

  Reply postReceipt(Caller caller, Path path, ReceiptRequest body) {
    return Reply.emptyOr(
        receipts.set(
            requester(caller),
            path.roomId(),
            path.get("receiptType"),
            path.eventId(),
            body.threadId()));
  }

  Reply setReadMarker(Caller caller, Path path, ReadMarkersRequest body) {
    return Reply.emptyOr(
        set(caller, path, AccountData.FULLY_READ, body.fullyRead())
            .then(_ -> set(caller, path, Receipt.READ, body.read()))
            .then(_ -> set(caller, path, Receipt.READ_PRIVATE, body.readPrivate())));
  }

  private Outcome<Void> set(Caller caller, Path path, String type, @Nullable EventId eventId) {
    return eventId == null
        ? Outcome.nothing()
        : receipts.set(requester(caller), path.roomId(), type, eventId, null);
  }

  private static Requester requester(Caller caller) {
    return new Requester(caller.userId(), caller.deviceId());
  }
}
