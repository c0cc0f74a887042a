package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;

/// Takes [transactions](https://spec.matrix.org/v1.19/server-server-api/#transactions): what is
/// well-formed and signed is staged, durably, before the answer. So is an event whose signature
/// cannot be checked yet, since a key is not to be had: it is judged when the key comes.
final class InboundTransactions {
  /// Events that one server may have waiting for keys, in one room and in all.
  static final int AWAITING_IN_ROOM = 100;

  private static final int AWAITING_OF_ORIGIN = 1_000;

  /// Times that a key was asked for and not had after which one transaction asks nobody any more.
  private static final int FRUITLESS_FETCHES = 3;

  private final InboundAccess access;
  private final Receipt receipt;
  private final StagingStore staging;
  private final InboundWork work;
  private final WithdrawnInvites withdrawnInvites;
  private final Ledger ledger;
  private final InstantSource clock;

  InboundTransactions(
      InboundAccess access,
      Receipt receipt,
      StagingStore staging,
      InboundWork work,
      WithdrawnInvites withdrawnInvites,
      Ledger ledger,
      InstantSource clock) {
    this.access = access;
    this.receipt = receipt;
    this.staging = staging;
    this.work = work;
    this.withdrawnInvites = withdrawnInvites;
    this.ledger = ledger;
    this.clock = clock;
  }

  Map<EventId, String> receive(ServerName origin, String given, List<ObjectNode> pdus) {
    // No database holds U+0000.
    var transactionId = given.replace('\0', '?');
    var earlier = staging.answered(origin, transactionId);
    if (earlier.isPresent()) return decoded(earlier.get());
    var taken = new Taken(origin);
    pdus.forEach(taken::receive);
    var changes = taken.changes;
    changes.add(
        new RoomChange.RememberInbound(
            origin, transactionId, encoded(taken.answer), clock.millis()));
    // Known before it is durable, so that a better copy which comes at the same time sees it.
    if (taken.awaiting > 0) work.keyAwaited();
    try {
      ledger.write(Entry.of(Lane.FEDERATION, changes));
    } catch (LedgerException e) {
      taken.staged.forEach(room -> work.backlog().went(room, origin));
      throw e;
    }
    if (taken.awaiting > 0) work.keyAwaited();
    taken.rooms.forEach(work::arrived);
    return taken.answer;
  }

  /// What becomes of one transaction.
  private final class Taken {
    private final ServerName origin;
    private final Map<EventId, String> answer = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<RoomId> rooms = new LinkedHashSet<>();
    private final Map<RoomId, Integer> awaitingIn = new HashMap<>();
    private final List<RoomId> staged = new ArrayList<>();
    private int awaiting;
    private int fruitless;

    Taken(ServerName origin) {
      this.origin = origin;
    }

    void receive(ObjectNode pdu) {
      var roomId = RoomId.tryParse(pdu.path("room_id").asText(""));
      if (roomId.isEmpty()) return;
      switch (access.open(origin, roomId.get())) {
        case Outcome.Refused<InboundAccess.Entry>(var refusal) -> {
          withdrawnInvites
              .take(origin, roomId.get(), pdu)
              .ifPresentOrElse(
                  id -> answer.put(id, ""),
                  () -> nameOf(pdu).ifPresent(id -> answer.put(id, refusal.message())));
        }
        case Outcome.Done<InboundAccess.Entry>(var entry) -> receive(roomId.get(), pdu, entry);
      }
    }

    private void receive(RoomId roomId, ObjectNode pdu, InboundAccess.Entry entry) {
      // Servers that do not answer cost their patience a few times, whatever becomes of the events.
      boolean fetching = fruitless < FRUITLESS_FETCHES;
      switch (receipt.reading(pdu, entry.view().rules(), fetching)) {
        case Receipt.Reading.Passed(var event) -> stage(roomId, event.eventId(), pdu, entry, true);
        case Receipt.Reading.Waiting(var id, var server) -> {
          if (fetching) fruitless++;
          if (isPlaced(entry, id)) answer.put(id, "");
          else if (!mayWait(roomId, entry)) answer.put(id, "A key of " + server + " is missing.");
          else if (stage(roomId, id, pdu, entry, false)) {
            changes.add(new RoomChange.AwaitKey(roomId, id, origin, server));
            awaitingIn.merge(roomId, 1, Integer::sum);
            awaiting++;
          }
        }
        case Receipt.Reading.Dropped(var id, var refusal) -> {
          if (id != null) answer.put(id, refusal.message());
        }
      }
    }

    private boolean stage(
        RoomId roomId, EventId id, ObjectNode pdu, InboundAccess.Entry entry, boolean verified) {
      boolean repeated = answer.put(id, "") != null;
      if (repeated || isPlaced(entry, id)) return false;
      if (!work.backlog().hasPlace(roomId, origin)) {
        // It is fetched when something stands upon it.
        answer.put(id, "Too many events of your server wait in this room.");
        return false;
      }
      rooms.add(roomId);
      staged.add(roomId);
      work.backlog().came(roomId, origin);
      boolean replacing = verified && work.isAnyKeyAwaited();
      if (replacing) changes.add(new RoomChange.UnstageUnchecked(roomId, id));
      changes.add(new RoomChange.StageEvent(roomId, id, origin, Json.write(pdu), clock.millis()));
      if (replacing) changes.add(new RoomChange.KeyAwaitedNoMore(roomId, id));
      return true;
    }

    private static boolean isPlaced(InboundAccess.Entry entry, EventId id) {
      var known = entry.data().eventById(id);
      return known != null && !known.isOutlier();
    }

    /// What nobody has checked yet is kept for servers in the room only, and not without end.
    private boolean mayWait(RoomId roomId, InboundAccess.Entry entry) {
      if (!entry.view().joinedServers().contains(origin)) return false;
      var waiting = staging.awaitingKeys(origin, roomId);
      return waiting.ofOrigin() + awaiting < AWAITING_OF_ORIGIN
          && waiting.inRoom() + awaitingIn.getOrDefault(roomId, 0) < AWAITING_IN_ROOM;
    }
  }

  /// The first room versions write the event's id into it.
  private static Optional<EventId> nameOf(ObjectNode pdu) {
    return EventId.tryParse(pdu.path("event_id").asText(""));
  }

  private static byte[] encoded(Map<EventId, String> answer) {
    var json = Json.object();
    answer.forEach((id, error) -> json.put(id.value(), error));
    return Json.write(json);
  }

  private static Map<EventId, String> decoded(byte[] stored) {
    var answer = new LinkedHashMap<EventId, String>();
    try {
      for (var field : Json.parseObject(stored).properties())
        answer.put(new EventId(field.getKey()), field.getValue().asText());
    } catch (MalformedJson e) {
      throw new IllegalStateException("A stored answer is damaged.", e);
    }
    return answer;
  }
}
