package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.hearth.schemas.room.RedactionRules;
import org.hearth.schemas.room.RoomRules;

/// The [redaction algorithm](https://spec.matrix.org/v1.19/client-server-api/#redactions) of a room
/// version: what is left of an event once its words are taken away. Also what is hashed and signed.
public final class Redaction {
  private Redaction() {}

  /// The redacted event; it keeps its ID. `unsigned` is gone: who serves it adds
  /// `redacted_because`.
  public static Event redact(Event event) {
    return EventReader.readTrusted(
        redact(event.json(), event.rules()), event.eventId(), event.rules());
  }

  /// The redacted form of an event in federation format. Subtrees are shared with the original.
  public static ObjectNode redact(ObjectNode event, RoomRules rules) {
    RedactionRules redaction = rules.redaction();
    ObjectNode redacted = only(event, redaction.topLevel());
    // The room ID of a create event that has none cannot be kept either, whatever somebody wrote
    // there.
    String type = event.path("type").asText();
    if (rules.roomIdIsCreateHash() && type.equals(EventType.CREATE)) redacted.remove("room_id");
    if (event.get("content") instanceof ObjectNode content) {
      redacted.set("content", content(type, content, redaction));
    }
    return redacted;
  }

  private static ObjectNode content(String type, ObjectNode content, RedactionRules redaction) {
    if (redaction.wholeCreate() && type.equals(EventType.CREATE)) return content;
    ObjectNode kept = only(content, redaction.contentKeys(type));
    if (redaction.thirdPartyInviteSigned()
        && type.equals(EventType.MEMBER)
        && content.get("third_party_invite") instanceof ObjectNode invite) {
      kept.set("third_party_invite", only(invite, Set.of("signed")));
    }
    return kept;
  }

  static ObjectNode only(ObjectNode object, Set<String> keys) {
    ObjectNode kept = object.objectNode();
    for (var field : object.properties()) {
      if (keys.contains(field.getKey())) kept.set(field.getKey(), field.getValue());
    }
    return kept;
  }
}
