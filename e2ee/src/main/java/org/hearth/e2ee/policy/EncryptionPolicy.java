package org.hearth.e2ee.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.hearth.schemas.json.Json;

/// Whether a local user may send something: by default only end-to-end encrypted payloads, and what
/// the protocol needs in clear. A pure decision; asked for local senders, application services and
/// delayed events, never for what other servers send (refusing that would fork the room).
///
/// The list, with reasons, is in `docs/encryption-policy.md`.
public final class EncryptionPolicy {
  private static final String ENCRYPTED = "m.room.encrypted";
  private static final String ENCRYPTION = "m.room.encryption";

  /// SDKs never encrypt reactions: an emoji with the event it belongs to.
  private static final int MAX_REACTION = 1_024;

  /// The reason of a redaction is for moderators of all servers.
  private static final int MAX_REDACTION = 1_024;

  private static final int MAX_VERIFICATION = 16_384;
  private static final int MAX_TO_DEVICE = 65_536;

  /// The steps of [key
  /// verification](https://spec.matrix.org/v1.19/client-server-api/#key-verification-framework).
  private static final Set<String> VERIFICATION =
      Set.of(
          "m.key.verification.request",
          "m.key.verification.ready",
          "m.key.verification.start",
          "m.key.verification.accept",
          "m.key.verification.key",
          "m.key.verification.mac",
          "m.key.verification.done",
          "m.key.verification.cancel");

  /// Events that are never state; as state they would be words in clear.
  private static final Set<String> MESSAGES = Set.of("m.room.message", "m.message", "m.sticker");

  private static final Set<String> TO_DEVICE_IN_CLEAR =
      Set.of(
          "m.room_key_request",
          "m.room_key.withheld",
          "org.matrix.room_key.withheld",
          "m.secret.request",
          "m.dummy");

  /// What each client does by default: a week, or 100 messages.
  private static final long USUAL_PERIOD_MS = 604_800_000;

  private static final long USUAL_PERIOD_MSGS = 100;

  private final PolicySettings settings;

  public EncryptionPolicy(PolicySettings settings) {
    this.settings = settings;
  }

  /// Whether rooms that local users create are encrypted at creation.
  public boolean encryptsNewRooms() {
    return settings.required();
  }

  /// @param content as the sender gave it
  public Verdict check(String eventType, boolean isState, ObjectNode content, RoomFacts room) {
    if (!settings.required()) return Verdict.allow();
    if (eventType.equals(ENCRYPTED)) return encrypted(isState, content, room);
    if (isState && !MESSAGES.contains(eventType)) return state(eventType, content, room);
    return switch (eventType) {
      case "m.room.redaction" -> redaction(content, room);
      case "m.reaction" -> wordless("A reaction", content, MAX_REACTION);
      case String type when VERIFICATION.contains(type) ->
          wordless("A verification message", content, MAX_VERIFICATION);
      default -> inClear(eventType, room);
    };
  }

  /// For the state that a room is to begin with. What is never state is refused even where people
  /// may write in clear: there is no room yet that could say so.
  public static Verdict checkFirstState(String eventType, ObjectNode content) {
    if (eventType.equals(ENCRYPTED)) return structure(Ciphertext.problemInRoom(content));
    if (!MESSAGES.contains(eventType)) return Verdict.allow();
    return Verdict.refuse(
        eventType
            + " is a message and would be readable by servers as state of a room. Send it encrypted"
            + " once the room is made.");
  }

  /// For [send-to-device
  /// messages](https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging).
  public Verdict checkToDevice(String type, ObjectNode content) {
    if (!settings.required()) return Verdict.allow();
    if (type.equals(ENCRYPTED)) return structure(Ciphertext.problemToDevice(content));
    boolean passes = TO_DEVICE_IN_CLEAR.contains(type) || VERIFICATION.contains(type);
    if (!passes)
      return Verdict.refuse(
          "This server carries "
              + type
              + " to devices only end-to-end encrypted. Send it as m.room.encrypted with the Olm"
              + " algorithm.");
    return bounded("A message to a device", content, MAX_TO_DEVICE);
  }

  private Verdict encrypted(boolean isState, ObjectNode content, RoomFacts room) {
    if (isState && !room.isEncrypted())
      return Verdict.refuse("Encrypted state needs a room with encryption.");
    return structure(Ciphertext.problemInRoom(content));
  }

  private static Verdict structure(Optional<String> problem) {
    return problem
        .map(
            what ->
                Verdict.refuse(
                    "This m.room.encrypted event is not end-to-end encrypted as it should be: "
                        + what
                        + ". Send it with a client that supports encryption."))
        .orElseGet(Verdict::allow);
  }

  private Verdict redaction(ObjectNode content, RoomFacts room) {
    var target = content.path("redacts").asText("");
    boolean hitsEncryption =
        room.encryptionEvent().filter(id -> id.value().equals(target)).isPresent();
    if (hitsEncryption)
      return Verdict.refuse(
          "The encryption of a room cannot be taken back, so the event that turned it on cannot be"
              + " redacted.");
    return bounded("A redaction", content, MAX_REDACTION);
  }

  /// Names, topics, members and the like must be readable by servers. How large they may be, the
  /// room says as of any event.
  private Verdict state(String eventType, ObjectNode content, RoomFacts room) {
    if (eventType.equals(ENCRYPTION)) {
      var weaker = weakness(content, room.encryption().orElseGet(Json::object));
      if (weaker.isPresent()) return Verdict.refuse(weaker.get());
    }
    return Verdict.allow();
  }

  /// How an `m.room.encryption` event falls short of what is usual, or takes back what holds.
  ///
  /// @param current content of the present event; empty in a room without encryption
  public static Optional<String> weakness(ObjectNode content, ObjectNode current) {
    if (!content.path("algorithm").asText("").equals(Ciphertext.MEGOLM))
      return Optional.of(
          "Encryption of a room cannot be turned off or changed to an algorithm other than "
              + Ciphertext.MEGOLM
              + ".");
    for (var name : Set.of("rotation_period_ms", "rotation_period_msgs")) {
      if (content.has(name) && !content.get(name).isIntegralNumber())
        return Optional.of(name + " must be a number.");
    }
    for (var name : Set.of("encrypt_state_events", "io.element.msc4362.encrypt_state_events")) {
      if (current.path(name).asBoolean() && !content.path(name).asBoolean())
        return Optional.of("Encryption of the room's state cannot be turned off again.");
    }
    boolean slower =
        isSlower("rotation_period_ms", USUAL_PERIOD_MS, content, current)
            || isSlower("rotation_period_msgs", USUAL_PERIOD_MSGS, content, current);
    return slower
        ? Optional.of(
            "Keys of an encrypted room cannot be made to live longer than they do. Leave the"
                + " rotation periods as they are, or make them shorter.")
        : Optional.empty();
  }

  private static boolean isSlower(String name, long usual, ObjectNode content, ObjectNode current) {
    long now = current.path(name).asLong(usual);
    return content.path(name).asLong(usual) > Math.max(now, usual);
  }

  private Verdict inClear(String eventType, RoomFacts room) {
    if (room.exempt()) return Verdict.allow();
    if (room.isEncrypted())
      return Verdict.refuse(
          "This room is end-to-end encrypted, and this server does not accept "
              + eventType
              + " in clear. Use a client that supports encryption, and send it as"
              + " m.room.encrypted.");
    boolean open =
        switch (settings.unencryptedRooms()) {
          case NONE -> false;
          case LISTED -> settings.listedRooms().contains(room.roomId());
          case PUBLIC -> room.isPublic() || settings.listedRooms().contains(room.roomId());
        };
    if (open) return Verdict.allow();
    return Verdict.refuse(
        "This room is not end-to-end encrypted, and this server lets its users send "
            + eventType
            + " only encrypted. Turn on encryption in the room's settings, or ask your"
            + " administrator to allow writing in this room.");
  }

  private static Verdict wordless(String what, ObjectNode content, int maxBytes) {
    return Ciphertext.holdsWords(content)
        ? Verdict.refuse(
            what + " is sent in clear and may therefore hold no words; send them encrypted.")
        : bounded(what, content, maxBytes);
  }

  private static Verdict bounded(String what, ObjectNode content, int maxBytes) {
    if (Ciphertext.bytes(content) <= maxBytes) return Verdict.allow();
    return Verdict.refuse(
        what
            + " is sent in clear and may therefore take at most "
            + maxBytes
            + " bytes. Send long text end-to-end encrypted.");
  }
}
