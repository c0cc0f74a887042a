package org.hearth.engine.receipt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hearth.engine.Requester;
import org.hearth.engine.ephemeral.EphemeralSender;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.userdata.AccountData;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// Sets receipts and [read
/// markers](https://spec.matrix.org/v1.19/client-server-api/#fully-read-markers). They never move
/// backwards.
public final class Receipts {
  private static final int MAX_PER_EDU = 1000;

  private final ServerName serverName;
  private final Rooms rooms;
  private final ReceiptStore store;
  private final AccountData accountData;
  private final EphemeralSender sender;
  private final Ledger ledger;
  private final InstantSource clock;

  public Receipts(
      ServerName serverName,
      Rooms rooms,
      ReceiptStore store,
      AccountData accountData,
      EphemeralSender sender,
      Ledger ledger,
      InstantSource clock) {
    this.serverName = serverName;
    this.rooms = rooms;
    this.store = store;
    this.accountData = accountData;
    this.sender = sender;
    this.ledger = ledger;
    this.clock = clock;
  }

  /// @param type `m.read`, `m.read.private` or `m.fully_read`
  /// @param threadId `main`, a thread's root, or null
  public Outcome<Void> set(
      Requester requester, RoomId roomId, String type, EventId eventId, @Nullable String threadId) {
    var view = rooms.view(roomId);
    if (view.isEmpty() || !view.get().membership(requester.userId()).equals("join"))
      return Outcome.forbidden("You are not in the room " + roomId + ".");
    return switch (type) {
      case AccountData.FULLY_READ -> {
        if (threadId != null)
          yield Outcome.refused(
              ErrorCode.M_INVALID_PARAM, "A fully read marker does not belong to a thread.");
        yield fullyRead(requester.userId(), roomId, eventId);
      }
      case Receipt.READ, Receipt.READ_PRIVATE ->
          receipt(requester.userId(), view.get(), type, eventId, threadId);
      default -> Outcome.refused(ErrorCode.M_INVALID_PARAM, "Unknown receipt type.");
    };
  }

  private Outcome<Void> fullyRead(UserId userId, RoomId roomId, EventId eventId) {
    if (rooms.event(roomId, eventId).isEmpty())
      return Outcome.notFound("There is no such event in the room.");
    accountData.put(
        userId, roomId, AccountData.FULLY_READ, Json.object().put("event_id", eventId.value()));
    return Outcome.nothing();
  }

  private Outcome<Void> receipt(
      UserId userId, RoomView view, String type, EventId eventId, @Nullable String threadId) {
    if (threadId != null && !threadId.equals("main") && EventId.tryParse(threadId).isEmpty())
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "`thread_id` is `main` or the id of a thread's root.");
    var receipt = new Receipt(view.roomId(), userId, type, threadId, eventId, clock.millis(), 0);
    if (!isProgress(receipt)) return Outcome.nothing();
    ledger.write(new ReceiptSet(receipt));
    if (type.equals(Receipt.READ)) tellOthers(view, receipt);
    return Outcome.nothing();
  }

  /// Whether the receipt lies after the present one. An event that is not known here (yet) counts
  /// as progress.
  private boolean isProgress(Receipt receipt) {
    var present = find(receipt);
    if (present.isEmpty()) return true;
    if (present.get().eventId().equals(receipt.eventId())) return false;
    var before = rooms.event(receipt.roomId(), present.get().eventId());
    var after = rooms.event(receipt.roomId(), receipt.eventId());
    return before.isEmpty() || after.isEmpty() || isLater(after.get(), before.get());
  }

  private static boolean isLater(StoredEvent one, StoredEvent other) {
    if (one.position() > 0 && other.position() > 0) return one.position() > other.position();
    return one.event().depth() > other.event().depth();
  }

  private Optional<Receipt> find(Receipt like) {
    return store.of(like.userId(), like.roomId()).stream()
        .filter(receipt -> receipt.type().equals(like.type()))
        .filter(receipt -> Objects.equals(receipt.threadId(), like.threadId()))
        .findFirst();
  }

  /// Private receipts stay here.
  private void tellOthers(RoomView view, Receipt receipt) {
    var others = new LinkedHashSet<>(view.joinedServers());
    others.remove(serverName);
    if (others.isEmpty()) return;
    var content = Json.object();
    var user =
        content
            .putObject(view.roomId().value())
            .putObject(Receipt.READ)
            .putObject(receipt.userId().value());
    user.putArray("event_ids").add(receipt.eventId().value());
    var data = user.putObject("data").put("ts", receipt.timestampMs());
    if (receipt.threadId() != null) data.put("thread_id", receipt.threadId());
    sender.send(others, view.roomId(), "m.receipt", content);
  }

  /// Takes an `m.receipt` EDU. Receipts of users of other servers than `origin`, or who are not in
  /// the room, are ignored.
  public void receive(ServerName origin, ObjectNode content) {
    int taken = 0;
    for (var room : content.properties()) {
      var view = RoomId.tryParse(room.getKey()).flatMap(rooms::view);
      if (view.isEmpty()) continue;
      for (var user : room.getValue().path(Receipt.READ).properties()) {
        if (++taken > MAX_PER_EDU) return;
        var userId = UserId.tryParse(user.getKey());
        if (userId.isEmpty()
            || !userId.get().serverName().equals(origin)
            || !view.get().membership(userId.get()).equals("join")) continue;
        for (var item : user.getValue().path("event_ids")) {
          var eventId = EventId.tryParse(item.asText(""));
          if (eventId.isEmpty()) continue;
          var data = user.getValue().path("data");
          var receipt =
              new Receipt(
                  view.get().roomId(),
                  userId.get(),
                  Receipt.READ,
                  data.path("thread_id").textValue(),
                  eventId.get(),
                  data.path("ts").asLong(clock.millis()),
                  0);
          if (isProgress(receipt))
            ledger.write(Entry.of(Lane.FEDERATION, List.of(new ReceiptSet(receipt))));
          break;
        }
      }
    }
  }
}
