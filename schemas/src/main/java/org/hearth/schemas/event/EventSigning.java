package org.hearth.schemas.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.NotCanonical;
import org.hearth.schemas.room.RoomRules;
import org.jspecify.annotations.Nullable;

/// [Signatures of events](https://spec.matrix.org/v1.19/server-server-api/#signing-events): made
/// over the redacted event, so that they outlive a redaction.
public final class EventSigning {
  private EventSigning() {}

  /// The keys at hand while one event is checked. Whoever implements it has already fetched what it
  /// could, and leaves out keys that were not valid at the event's `origin_server_ts` where the
  /// room version cares.
  @FunctionalInterface
  public interface KeyLookup {
    /// Null if the key is unknown or not good for the event.
    @Nullable VerifyKey key(ServerName server, String keyId);
  }

  /// How a check of signatures ends.
  public sealed interface Verification {
    /// All servers that must sign did.
    record Valid() implements Verification {}

    /// A server that must sign did not.
    record Unsigned(ServerName server) implements Verification {}

    /// A server that must sign did so with keys only that are not known.
    record KeyMissing(ServerName server) implements Verification {}

    /// A signature is wrong.
    record Forged(ServerName server, String keyId) implements Verification {}
  }

  /// A copy of the event with our signature; its content hash must be in place.
  public static ObjectNode sign(
      ObjectNode event, RoomRules rules, ServerName server, SigningKey key) throws NotCanonical {
    byte[] signature = key.sign(EventHashes.essentialBytes(event, rules));
    return SignedJson.withSignature(event, server.value(), key.id(), signature);
  }

  /// The event with one more signature; it keeps its ID, which no signature enters.
  public static Event sign(Event event, ServerName server, SigningKey key) {
    try {
      ObjectNode signed = sign(event.json(), event.rules(), server, key);
      return EventReader.readTrusted(signed, event.eventId(), event.rules());
    } catch (NotCanonical e) {
      throw new IllegalStateException("an event that was read has a canonical form", e);
    }
  }

  /// The servers without whose signature the event is dropped.
  public static Set<ServerName> requiredSigners(Event event) {
    Set<ServerName> servers = new TreeSet<>();
    // "... unless the invite was created as a result of a 3rd-party invite": another server may
    // send that.
    if (!isThirdPartyInvite(event)) servers.add(event.sender().serverName());
    if (event.rules().eventIdServerSigns()) event.eventId().serverName().ifPresent(servers::add);
    if (event.rules().restrictedJoins() && event.type().equals(EventType.MEMBER)) {
      event
          .contentString("join_authorised_via_users_server")
          .flatMap(UserId::tryParse)
          .ifPresent(user -> servers.add(user.serverName()));
    }
    return servers;
  }

  /// Checks the signatures of all servers that must sign. Each needs one that verifies, and none
  /// with a known key may fail; signatures with unknown keys are skipped. That a key is missing is
  /// the answer only if nothing else speaks against the event.
  public static Verification verify(Event event, KeyLookup keys) {
    byte[] signed = signedBytes(event);
    Verification answer = new Verification.Valid();
    for (ServerName server : requiredSigners(event)) {
      switch (verify(event, signed, server, keys)) {
        case Verification.Valid _ -> {}
        case Verification.KeyMissing missing -> answer = missing;
        case Verification.Unsigned unsigned -> {
          return unsigned;
        }
        case Verification.Forged forged -> {
          return forged;
        }
      }
    }
    return answer;
  }

  /// Checks the signatures of one server, which need not be one that must sign (a policy server,
  /// for example).
  public static Verification verifyServer(Event event, ServerName server, KeyLookup keys) {
    return verify(event, signedBytes(event), server, keys);
  }

  private static Verification verify(
      Event event, byte[] signed, ServerName server, KeyLookup keys) {
    boolean found = false;
    boolean signatures = false;
    for (Map.Entry<String, JsonNode> entry : event.signatures().path(server.value()).properties()) {
      signatures = true;
      VerifyKey key = keys.key(server, entry.getKey());
      if (key == null) continue;
      if (!isGood(key, signed, entry.getValue())) {
        return new Verification.Forged(server, entry.getKey());
      }
      found = true;
    }
    if (found) return new Verification.Valid();
    return signatures ? new Verification.KeyMissing(server) : new Verification.Unsigned(server);
  }

  private static boolean isGood(VerifyKey key, byte[] signed, JsonNode signature) {
    try {
      return key.verify(signed, Base64Unpadded.decode(signature.asText()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static byte[] signedBytes(Event event) {
    try {
      return EventHashes.essentialBytes(event.json(), event.rules());
    } catch (NotCanonical e) {
      throw new IllegalStateException("an event that was read has a canonical form", e);
    }
  }

  private static boolean isThirdPartyInvite(Event event) {
    return event.membership().filter("invite"::equals).isPresent()
        && event.content().has("third_party_invite");
  }
}
