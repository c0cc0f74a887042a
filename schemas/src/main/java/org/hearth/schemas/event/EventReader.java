package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;

/// Reads events in federation format: the first of the [checks on
/// receipt](https://spec.matrix.org/v1.19/server-server-api/#checks-performed-on-receipt-of-a-pdu),
/// "Is a valid event, otherwise it is dropped".
public final class EventReader {
  private EventReader() {}

  /// An event from anywhere. The tree belongs to the event from now on.
  public static Event read(ObjectNode json, RoomRules rules) throws MalformedEvent {
    EventFormat.check(json, rules);
    try {
      EventId id =
          rules.eventIdIsField()
              ? new EventId(json.get("event_id").textValue())
              : EventHashes.eventId(json, rules);
      return assemble(json, id, rules);
    } catch (NotCanonical e) {
      throw new MalformedEvent("not canonical JSON: " + e.getMessage());
    }
  }

  /// An event that this server has just built and signed.
  ///
  /// @param contentBytes how long the canonical form is that the content hash covers; that it has
  ///   one is checked therefore
  /// @param essential what the reference hash covers
  static Event readBuilt(ObjectNode json, int contentBytes, byte[] essential, RoomRules rules)
      throws MalformedEvent {
    EventFormat.checkBuilt(json, contentBytes, rules);
    EventId id =
        rules.eventIdIsField()
            ? new EventId(json.get("event_id").textValue())
            : EventHashes.eventId(Sha256.of(essential), rules);
    return assemble(json, id, rules);
  }

  /// An event that was read before: from our own storage, or a redacted form. Nothing is hashed or
  /// measured again.
  ///
  /// @throws IllegalArgumentException if it is no event after all
  public static Event readTrusted(ObjectNode json, EventId id, RoomRules rules) {
    return assemble(json, id, rules);
  }

  private static Event assemble(ObjectNode json, EventId id, RoomRules rules) {
    return new Event(
        rules,
        json,
        id,
        roomId(json, id, rules),
        new UserId(json.get("sender").textValue()),
        references(json.get("prev_events")),
        references(json.get("auth_events")));
  }

  private static RoomId roomId(ObjectNode json, EventId id, RoomRules rules) {
    return rules.roomIdIsCreateHash() && isCreate(json)
        ? RoomId.ofCreateEvent(id)
        : new RoomId(json.get("room_id").textValue());
  }

  static boolean isCreate(ObjectNode json) {
    return EventType.CREATE.equals(json.path("type").textValue())
        && "".equals(json.path("state_key").textValue());
  }

  /// Plain IDs, or pairs of an ID and its hashes.
  private static List<EventId> references(JsonNode list) {
    List<EventId> ids = new ArrayList<>(list.size());
    for (JsonNode item : list) {
      ids.add(new EventId((item.isArray() ? item.get(0) : item).textValue()));
    }
    return List.copyOf(ids);
  }
}
