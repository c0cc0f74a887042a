package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;

/// Takes [transactions](https://spec.matrix.org/v1.19/server-server-api/#transactions): what is
/// well-formed and signed is staged, durably, before the answer.
final class InboundTransactions {
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
    var answer = new LinkedHashMap<EventId, String>();
    var changes = new ArrayList<Change>();
    var rooms = new LinkedHashSet<RoomId>();
    for (var pdu : pdus) receive(origin, pdu, answer, changes, rooms);
    changes.add(
        new RoomChange.RememberInbound(origin, transactionId, encoded(answer), clock.millis()));
    ledger.write(Entry.of(Lane.FEDERATION, changes));
    rooms.forEach(work::arrived);
    return answer;
  }

  private void receive(
      ServerName origin,
      ObjectNode pdu,
      Map<EventId, String> answer,
      List<Change> changes,
      LinkedHashSet<RoomId> rooms) {
    var roomId = RoomId.tryParse(pdu.path("room_id").asText(""));
    if (roomId.isEmpty()) return;
    switch (access.open(origin, roomId.get())) {
      case Outcome.Refused<InboundAccess.Entry>(var refusal) -> {
        var withdrawn = withdrawnInvites.read(origin, roomId.get(), pdu);
        withdrawn.ifPresent(
            change -> {
              changes.add(change);
              answer.put(change.eventId(), "");
            });
        if (withdrawn.isEmpty()) nameOf(pdu).ifPresent(id -> answer.put(id, refusal.message()));
      }
      case Outcome.Done<InboundAccess.Entry>(var entry) -> {
        var rules = entry.view().rules();
        switch (receipt.read(pdu, rules)) {
          case Outcome.Done<Event>(var event) -> {
            answer.put(event.eventId(), "");
            var known = entry.data().eventById(event.eventId());
            if (known != null && !known.isOutlier()) return;
            rooms.add(roomId.get());
            changes.add(
                new RoomChange.StageEvent(
                    roomId.get(), event.eventId(), origin, Json.write(pdu), clock.millis()));
          }
          case Outcome.Refused<Event>(var refusal) ->
              FormatCheck.read(pdu, rules)
                  .map(event -> answer.put(event.eventId(), refusal.message()));
        }
      }
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
