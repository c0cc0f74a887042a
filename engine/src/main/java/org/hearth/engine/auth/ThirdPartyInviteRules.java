package org.hearth.engine.auth;

import static org.hearth.engine.auth.Verdict.allow;
import static org.hearth.engine.auth.Verdict.reject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SignedJson;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;

/// "If `content` has a `third_party_invite` property": rule 5.4.1 of [room version
/// 12](https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules). Somebody was invited by a
/// mail address, and an identity server signed which user that turned out to be.
record ThirdPartyInviteRules(AuthState state) {
  /// Pairs of a signature and a key that are tried, so that an event full of either cannot keep us
  /// busy. An honest invite has one signature and two keys.
  private static final int MAX_ATTEMPTS = 500;

  Verdict check(Event event, UserId target) {
    // "If target user is banned, reject."
    if (state.membership(target).equals("ban")) {
      return reject(Rule.BANNED_CANNOT_BE_INVITED_BY_THIRD_PARTY);
    }

    // "If content.third_party_invite does not have a signed property, reject."
    JsonNode signed = event.content().path("third_party_invite").path("signed");
    if (!(signed instanceof ObjectNode object)) return reject(Rule.THIRD_PARTY_INVITE_IS_SIGNED);

    // "If signed does not have mxid and token properties, reject."
    String mxid = object.path("mxid").textValue();
    String token = object.path("token").textValue();
    if (mxid == null || token == null) return reject(Rule.THIRD_PARTY_INVITE_IS_COMPLETE);

    // "If mxid does not match state_key, reject."
    if (!mxid.equals(target.value())) return reject(Rule.THIRD_PARTY_INVITE_IS_FOR_THE_USER);

    // "If there is no m.room.third_party_invite event in the current room state with state_key
    // matching token, reject."
    Event invite = state.get(new StateKey(EventType.THIRD_PARTY_INVITE, token));
    if (invite == null) return reject(Rule.THIRD_PARTY_INVITE_IS_IN_THE_ROOM);

    // "If sender does not match sender of the m.room.third_party_invite, reject."
    if (!invite.sender().equals(event.sender())) {
      return reject(Rule.THIRD_PARTY_INVITE_IS_OF_THE_SENDER);
    }

    // "If any signature in signed matches any public key in the m.room.third_party_invite event,
    // allow." "Otherwise, reject."
    return isSignedByAny(object, publicKeys(invite.content()))
        ? allow()
        : reject(Rule.THIRD_PARTY_INVITE_IS_VERIFIED);
  }

  /// "A single public key in the `public_key` property", "a list of public keys in the
  /// `public_keys` property".
  private static Set<String> publicKeys(ObjectNode invite) {
    List<JsonNode> found = new ArrayList<>();
    found.add(invite.path("public_key"));
    for (JsonNode entry : invite.path("public_keys")) found.add(entry.path("public_key"));
    Set<String> keys = new LinkedHashSet<>();
    found.stream().filter(JsonNode::isTextual).forEach(key -> keys.add(key.textValue()));
    return keys;
  }

  private static boolean isSignedByAny(ObjectNode signed, Set<String> publicKeys) {
    byte[] message = SignedJson.signedBytes(signed);
    int attempts = 0;
    for (JsonNode ofServer : signed.path("signatures")) {
      for (Map.Entry<String, JsonNode> signature : ofServer.properties()) {
        for (String publicKey : publicKeys) {
          if (++attempts > MAX_ATTEMPTS) return false;
          if (verifies(signature.getKey(), signature.getValue(), publicKey, message)) return true;
        }
      }
    }
    return false;
  }

  private static boolean verifies(
      String keyId, JsonNode signature, String publicKey, byte[] message) {
    try {
      return new VerifyKey(keyId, decoded(publicKey))
          .verify(message, Base64Unpadded.decode(signature.asText()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Identity servers use either alphabet.
  private static byte[] decoded(String key) {
    return Base64Unpadded.decode(key.replace('-', '+').replace('_', '/'));
  }
}
