package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.Sha256;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;

/// The two [hashes of an event](https://spec.matrix.org/v1.19/server-server-api/#signing-events).
public final class EventHashes {
  private static final Set<String> NOT_IN_CONTENT_HASH = Set.of("unsigned", "signatures", "hashes");
  private static final Set<String> NOT_IN_REFERENCE_HASH = Set.of("signatures", "unsigned");

  private EventHashes() {}

  /// "The content hash of an event covers the complete event including the unredacted contents",
  /// without `unsigned`, `signatures` and `hashes`. It stands in `hashes.sha256` in unpadded
  /// standard Base64.
  public static String contentHash(ObjectNode event, RoomRules rules) throws NotCanonical {
    return Base64Unpadded.encode(Sha256.of(contentBytes(event, rules)));
  }

  /// What the content hash covers.
  static byte[] contentBytes(ObjectNode event, RoomRules rules) throws NotCanonical {
    return canonical(without(event, NOT_IN_CONTENT_HASH), rules);
  }

  /// "The reference hash of an event covers the essential fields of an event, including content
  /// hashes": the redacted event without `signatures` and `unsigned`. 32 bytes.
  public static byte[] referenceHash(ObjectNode event, RoomRules rules) throws NotCanonical {
    return Sha256.of(essentialBytes(event, rules));
  }

  /// The ID of an event in room versions that derive it.
  ///
  /// @throws IllegalArgumentException in room versions whose servers choose it
  public static EventId eventId(ObjectNode event, RoomRules rules) throws NotCanonical {
    return eventId(referenceHash(event, rules), rules);
  }

  /// @param hash the reference hash
  static EventId eventId(byte[] hash, RoomRules rules) {
    return switch (rules.eventIdFormat()) {
      case HASH_STANDARD_BASE64 -> new EventId("$" + Base64Unpadded.encode(hash));
      case HASH_URL_SAFE_BASE64 -> new EventId("$" + Base64Unpadded.encodeUrlSafe(hash));
      case FIELD -> throw new IllegalArgumentException("the event ID is a field of the event");
    };
  }

  /// Whether `hashes.sha256` is the content hash. If not, the event goes on in its redacted form.
  public static boolean contentHashMatches(Event event) {
    try {
      String actual = contentHash(event.json(), event.rules());
      return event.contentHash().map(claimed -> isSameHash(claimed, actual)).orElse(false);
    } catch (NotCanonical e) {
      return false;
    }
  }

  /// What both the reference hash and the signatures cover.
  static byte[] essentialBytes(ObjectNode event, RoomRules rules) throws NotCanonical {
    ObjectNode redacted = Redaction.redact(event, rules);
    return canonical(without(redacted, NOT_IN_REFERENCE_HASH), rules);
  }

  /// The canonical form under the rules of the room version.
  static byte[] canonical(ObjectNode tree, RoomRules rules) throws NotCanonical {
    return rules.strictCanonicalJson()
        ? CanonicalJson.encodeStrict(tree)
        : CanonicalJson.encodeLikePython(tree);
  }

  private static ObjectNode without(ObjectNode event, Set<String> keys) {
    ObjectNode rest = event.objectNode();
    for (var field : event.properties()) {
      if (!keys.contains(field.getKey())) rest.set(field.getKey(), field.getValue());
    }
    return rest;
  }

  /// A claimed hash may carry padding.
  private static boolean isSameHash(String claimed, String actual) {
    return claimed.equals(actual) || claimed.equals(actual + "=");
  }
}
