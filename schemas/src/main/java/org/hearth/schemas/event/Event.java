package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// A room event as servers exchange it
/// ([PDU](https://spec.matrix.org/v1.19/server-server-api/#pdus)), read under the rules of its room
/// version. `EventReader` reads one, `EventBuilder` makes one.
///
/// Immutable: the trees that `json`, `content`, `unsigned` and `signatures` answer are shared and
/// only for reading. Two events are equal if they have the same ID.
public final class Event {
  private final RoomRules rules;
  private final ObjectNode json;
  private final EventId eventId;
  private final RoomId roomId;
  private final String type;
  private final UserId sender;
  private final @Nullable String stateKey;
  private final ObjectNode content;
  private final List<EventId> prevEvents;
  private final List<EventId> authEvents;
  private final long depth;
  private final long originServerTs;

  /// Only `EventReader` makes events, so that all of them are well formed.
  Event(
      RoomRules rules,
      ObjectNode json,
      EventId eventId,
      RoomId roomId,
      UserId sender,
      List<EventId> prevEvents,
      List<EventId> authEvents) {
    this.rules = rules;
    this.json = json;
    this.eventId = eventId;
    this.roomId = roomId;
    this.type = json.get("type").textValue();
    this.sender = sender;
    JsonNode key = json.get("state_key");
    this.stateKey = key == null ? null : key.textValue();
    this.content = (ObjectNode) json.get("content");
    this.prevEvents = prevEvents;
    this.authEvents = authEvents;
    this.depth = json.get("depth").longValue();
    this.originServerTs = json.get("origin_server_ts").longValue();
  }

  /// Of the room version that the event was read under.
  public RoomRules rules() {
    return rules;
  }

  /// The event as it goes to other servers. For reading only.
  public ObjectNode json() {
    return json;
  }

  public EventId eventId() {
    return eventId;
  }

  public RoomId roomId() {
    return roomId;
  }

  public String type() {
    return type;
  }

  public UserId sender() {
    return sender;
  }

  public Optional<String> stateKey() {
    return Optional.ofNullable(stateKey);
  }

  public boolean isState() {
    return stateKey != null;
  }

  /// Whether this is the state event of that type and key.
  public boolean isState(StateKey place) {
    return type.equals(place.type()) && place.key().equals(stateKey);
  }

  /// Where the event stands in the room's state.
  ///
  /// @throws IllegalStateException if it is no state event
  public StateKey stateKeyPair() {
    if (stateKey == null) throw new IllegalStateException(eventId + " is no state event");
    return new StateKey(type, stateKey);
  }

  /// For reading only.
  public ObjectNode content() {
    return content;
  }

  public List<EventId> prevEvents() {
    return prevEvents;
  }

  public List<EventId> authEvents() {
    return authEvents;
  }

  public long depth() {
    return depth;
  }

  /// Milliseconds since 1970 by the clock of the sender's server; any number a server cares to
  /// write.
  public long originServerTs() {
    return originServerTs;
  }

  /// Which event an `m.room.redaction` wants redacted, wherever its room version puts that; empty
  /// for other types and for values that are no event ID.
  public Optional<EventId> redacts() {
    if (!type.equals(EventType.REDACTION)) return Optional.empty();
    JsonNode target = rules.redactsInContent() ? content.path("redacts") : json.path("redacts");
    return target.isTextual() ? EventId.tryParse(target.textValue()) : Optional.empty();
  }

  /// `content.membership` of a member event, if it is a string.
  public Optional<String> membership() {
    return type.equals(EventType.MEMBER) ? contentString("membership") : Optional.empty();
  }

  /// A string in `content`; empty if it is absent or something else.
  public Optional<String> contentString(String key) {
    return Optional.ofNullable(content.path(key).textValue());
  }

  /// `hashes.sha256`; empty if absent or no string.
  public Optional<String> contentHash() {
    return Optional.ofNullable(json.path("hashes").path("sha256").textValue());
  }

  public ObjectNode hashes() {
    return objectOrEmpty("hashes");
  }

  public ObjectNode signatures() {
    return objectOrEmpty("signatures");
  }

  public ObjectNode unsigned() {
    return objectOrEmpty("unsigned");
  }

  /// Whether the server put its name to some signature; it is `EventSigning` that checks it.
  public boolean isSignedBy(ServerName server) {
    JsonNode keys = json.path("signatures").path(server.value());
    return keys.isObject() && !keys.isEmpty();
  }

  private ObjectNode objectOrEmpty(String key) {
    return json.get(key) instanceof ObjectNode object ? object : Json.object();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Event event && eventId.equals(event.eventId);
  }

  @Override
  public int hashCode() {
    return eventId.hashCode();
  }

  /// Names the event and shows nothing of its content.
  @Override
  public String toString() {
    return type + (stateKey == null ? "" : " [" + stateKey + "]") + " " + eventId;
  }
}
