package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// Makes an event: puts the fields where the room version wants them, hashes, signs, and checks the
/// result as if it had come from elsewhere, so that we never send what we would drop. The two
/// canonical forms are written once each: they cost more than all else but the signature.
public final class EventBuilder {
  private static final int EVENT_ID_BYTES = 18;

  private final RoomRules rules;
  private final String type;
  private final UserId sender;
  private final SecureRandom random;
  private final ObjectNode json = Json.object();
  private ObjectNode content = Json.object();
  private List<EventId> prevEvents = List.of();
  private List<EventId> authEvents = List.of();
  private Map<EventId, String> referenceHashes = Map.of();
  private @Nullable EventId redacts;
  private long depth = 1;
  private long originServerTs;

  /// @param random for the event IDs of room versions whose servers choose them
  public EventBuilder(RoomRules rules, String type, UserId sender, SecureRandom random) {
    this.rules = rules;
    this.type = type;
    this.sender = sender;
    this.random = random;
  }

  /// Left out for a create event in room versions that name the room after it.
  public EventBuilder roomId(RoomId roomId) {
    json.put("room_id", roomId.value());
    return this;
  }

  public EventBuilder stateKey(String stateKey) {
    json.put("state_key", stateKey);
    return this;
  }

  /// The tree is copied.
  public EventBuilder content(ObjectNode content) {
    this.content = content.deepCopy();
    return this;
  }

  /// Goes where the room version wants it.
  public EventBuilder redacts(EventId target) {
    this.redacts = target;
    return this;
  }

  public EventBuilder prevEvents(Collection<EventId> ids) {
    this.prevEvents = List.copyOf(ids);
    return this;
  }

  public EventBuilder authEvents(Collection<EventId> ids) {
    this.authEvents = List.copyOf(ids);
    return this;
  }

  /// The reference hashes (unpadded Base64) of previous and authorising events; only room versions
  /// 1 and 2 write them.
  public EventBuilder referenceHashes(Map<EventId, String> hashes) {
    this.referenceHashes = Map.copyOf(hashes);
    return this;
  }

  /// One more than the largest depth of the previous events; cut at what the room version allows.
  public EventBuilder depth(long depth) {
    this.depth = Math.min(depth, rules.maxDepth());
    return this;
  }

  /// Milliseconds since 1970.
  public EventBuilder originServerTs(long milliseconds) {
    this.originServerTs = milliseconds;
    return this;
  }

  public EventBuilder unsigned(ObjectNode unsigned) {
    json.set("unsigned", unsigned.deepCopy());
    return this;
  }

  /// Hashed and signed.
  ///
  /// @throws MalformedEvent if it is too large, or holds numbers that the room version does not
  ///   allow
  public Event build(ServerName server, SigningKey key) throws MalformedEvent {
    ObjectNode event = unhashed(server);
    try {
      byte[] whole = EventHashes.contentBytes(event, rules);
      event.putObject("hashes").put("sha256", Base64Unpadded.encode(Sha256.of(whole)));
      byte[] essential = EventHashes.essentialBytes(event, rules);
      event
          .putObject("signatures")
          .putObject(server.value())
          .put(key.id(), Base64Unpadded.encode(key.sign(essential)));
      return EventReader.readBuilt(event, whole.length, essential, rules);
    } catch (NotCanonical e) {
      throw new MalformedEvent("not canonical JSON: " + e.getMessage());
    }
  }

  /// Neither hashed nor signed: the template that `/make_join` and its kin hand out.
  public ObjectNode template() {
    return withContent(contentWithTarget().deepCopy());
  }

  private ObjectNode withContent(ObjectNode content) {
    ObjectNode event = json.deepCopy();
    event.put("type", type);
    event.put("sender", sender.value());
    event.set("content", content);
    if (redacts != null && !rules.redactsInContent()) event.put("redacts", redacts.value());
    event.put("depth", depth);
    event.put("origin_server_ts", originServerTs);
    event.set("prev_events", references(prevEvents));
    event.set("auth_events", references(authEvents));
    return event;
  }

  private ObjectNode unhashed(ServerName server) {
    ObjectNode event = withContent(contentWithTarget());
    if (rules.eventIdIsField()) event.put("event_id", freshId(server).value());
    return event;
  }

  /// Values are shared with the builder's copy of the content: nobody changes them any more.
  private ObjectNode contentWithTarget() {
    if (redacts == null || !rules.redactsInContent()) return content;
    ObjectNode more = content.objectNode();
    more.setAll(content);
    return more.put("redacts", redacts.value());
  }

  private ArrayNode references(List<EventId> ids) {
    ArrayNode list = Json.array();
    for (EventId id : ids) {
      if (rules.referencesAreHashPairs()) {
        ObjectNode hashes = list.addArray().add(id.value()).addObject();
        String hash = referenceHashes.get(id);
        if (hash != null) hashes.put("sha256", hash);
      } else {
        list.add(id.value());
      }
    }
    return list;
  }

  private EventId freshId(ServerName server) {
    byte[] bytes = new byte[EVENT_ID_BYTES];
    random.nextBytes(bytes);
    return new EventId("$" + Base64Unpadded.encodeUrlSafe(bytes) + ":" + server);
  }
}
