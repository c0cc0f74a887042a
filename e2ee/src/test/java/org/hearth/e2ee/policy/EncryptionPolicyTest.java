package org.hearth.e2ee.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import org.hearth.e2ee.policy.PolicySettings.UnencryptedRooms;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncryptionPolicyTest {
  private static final RoomId ROOM = new RoomId("!room:a.example");
  private static final EventId EVENT = new EventId("$encryption:a.example");
  private static final ObjectNode ENCRYPTION =
      Json.object().put("algorithm", "m.megolm.v1.aes-sha2");
  private static final RoomFacts ENCRYPTED = RoomFacts.encrypted(ROOM, ENCRYPTION, EVENT);
  private static final RoomFacts OPEN = RoomFacts.unencrypted(ROOM, true);
  private final EncryptionPolicy policy = new EncryptionPolicy(PolicySettings.REQUIRED);

  private static String ciphertext(int first) {
    var bytes = new byte[120];
    bytes[0] = (byte) first;
    return Base64Unpadded.encode(bytes);
  }

  private static ObjectNode megolm() {
    return Json.object()
        .put("algorithm", "m.megolm.v1.aes-sha2")
        .put("ciphertext", ciphertext(3))
        .put("session_id", "session")
        .put("sender_key", "key")
        .put("device_id", "PHONE");
  }

  private static ObjectNode olm() {
    var content =
        Json.object()
            .put("algorithm", "m.olm.v1.curve25519-aes-sha2")
            .put("sender_key", "key")
            .put("org.matrix.msgid", "3b0a7a3b");
    content.putObject("ciphertext").putObject("key").put("type", 0).put("body", ciphertext(3));
    return content;
  }

  private static ObjectNode body() {
    return Json.object().put("msgtype", "m.text").put("body", "hello");
  }

  private Verdict send(String type, ObjectNode content) {
    return policy.check(type, false, content, ENCRYPTED);
  }

  private static void assertAllowed(Verdict verdict) {
    assertThat(verdict).isEqualTo(Verdict.allow());
  }

  private static void assertRefused(Verdict verdict, String saying) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    assertThat(((Verdict.Refused) verdict).why()).contains(saying);
  }

  @Test
  void ciphertextPasses() {
    assertAllowed(send("m.room.encrypted", megolm()));
    var reply = megolm();
    reply.putObject("m.relates_to").putObject("m.in_reply_to").put("event_id", "$a");
    assertAllowed(send("m.room.encrypted", reply));
    assertAllowed(policy.check("m.room.encrypted", false, megolm(), OPEN));
  }

  /// "Accepted, at most 1,024 bytes": 500 characters take 1,500.
  @Test
  void boundsAreInBytes() {
    var long500 = "\u8a9e".repeat(500);
    assertRefused(send("m.reaction", Json.object().put("x", long500)), "at most 1024 bytes");
    assertRefused(
        send("m.room.redaction", Json.object().put("redacts", "$a").put("reason", long500)),
        "at most 1024 bytes");
    assertRefused(send("m.room.encrypted", megolm().put("note", long500)), "beside");
    var relation = megolm();
    relation.putObject("m.relates_to").put("key", long500);
    assertRefused(send("m.room.encrypted", relation), "m.relates_to");
  }

  @Test
  void whatOnlyLooksEncryptedIsRefused() {
    assertRefused(send("m.room.encrypted", body()), "algorithm");
    assertRefused(
        send("m.room.encrypted", megolm().put("ciphertext", "hello world")), "ciphertext");
    assertRefused(
        send("m.room.encrypted", megolm().put("ciphertext", ciphertext('h'))), "ciphertext");
    assertRefused(send("m.room.encrypted", megolm().put("body", "hello")), "body");
    assertRefused(send("m.room.encrypted", megolm().put("note", "x".repeat(2_000))), "beside");
    var relation = megolm();
    relation.putObject("m.relates_to").put("body", "hello");
    assertRefused(send("m.room.encrypted", relation), "m.relates_to");
    var nested = megolm();
    nested.putObject("extra").putArray("list").addObject().put("body", "hello");
    assertRefused(send("m.room.encrypted", nested), "extra");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"m.room.message", "m.sticker", "m.poll.start", "m.call.invite", "m.beacon", "x.y"})
  void wordsInClearAreRefusedWithASentenceThatHelps(String type) {
    assertRefused(send(type, body()), "Use a client that supports encryption");
    assertRefused(policy.check(type, false, body(), OPEN), "Turn on encryption");
  }

  @Test
  void whatTheProtocolNeedsInClearPassesIfItIsSmall() {
    var reaction = Json.object();
    reaction.putObject("m.relates_to").put("rel_type", "m.annotation").put("key", "👍");
    assertAllowed(send("m.reaction", reaction));
    assertRefused(send("m.reaction", reaction.put("x", "y".repeat(2_000))), "at most");
    assertAllowed(send("m.room.redaction", Json.object().put("redacts", "$other:a.example")));
    assertAllowed(send("m.key.verification.start", Json.object().put("from_device", "PHONE")));
  }

  @Test
  void whatPassesInClearIsNoWayAroundForWords() {
    assertRefused(send("m.reaction", body()), "no words");
    assertRefused(send("m.key.verification.start", body()), "no words");
    assertRefused(send("m.key.verification.chat", Json.object()), "does not accept");
    assertRefused(policy.checkToDevice("m.key.verification.chat", body()), "end-to-end encrypted");
    assertRefused(policy.check("m.room.message", true, body(), ENCRYPTED), "does not accept");
  }

  @Test
  void stateMayBeInClear() {
    assertAllowed(policy.check("m.room.name", true, Json.object().put("name", "n"), ENCRYPTED));
    // How large an event may be is not the policy's to say: it is M_TOO_LARGE, not M_FORBIDDEN.
    assertAllowed(
        policy.check("m.room.topic", true, Json.object().put("topic", "x".repeat(70_000)), OPEN));
  }

  @Test
  void encryptionCannotBeWeakened() {
    assertAllowed(policy.check("m.room.encryption", true, ENCRYPTION, OPEN));
    assertAllowed(policy.check("m.room.encryption", true, ENCRYPTION, ENCRYPTED));
    assertAllowed(
        policy.check(
            "m.room.encryption",
            true,
            ENCRYPTION.deepCopy().put("rotation_period_msgs", 10),
            ENCRYPTED));
    assertRefused(policy.check("m.room.encryption", true, Json.object(), ENCRYPTED), "turned off");
    assertRefused(
        policy.check(
            "m.room.encryption",
            true,
            ENCRYPTION.deepCopy().put("rotation_period_msgs", 100_000),
            ENCRYPTED),
        "live longer");
    assertRefused(
        policy.check(
            "m.room.encryption",
            true,
            ENCRYPTION.deepCopy().put("rotation_period_msgs", "9".repeat(30)),
            ENCRYPTED),
        "must be a number");
    assertRefused(
        send("m.room.redaction", Json.object().put("redacts", EVENT.value())), "taken back");
  }

  @Test
  void roomsWithoutEncryptionFollowTheKnob() {
    var closed = RoomFacts.unencrypted(ROOM, false);
    var listed =
        new EncryptionPolicy(new PolicySettings(true, UnencryptedRooms.LISTED, Set.of(ROOM)));
    var open = new EncryptionPolicy(new PolicySettings(true, UnencryptedRooms.PUBLIC, Set.of()));
    assertAllowed(listed.check("m.room.message", false, body(), closed));
    assertRefused(
        listed.check(
            "m.room.message",
            false,
            body(),
            RoomFacts.unencrypted(new RoomId("!x:a.example"), true)),
        "administrator");
    assertAllowed(open.check("m.room.message", false, body(), OPEN));
    assertRefused(open.check("m.room.message", false, body(), closed), "administrator");
    assertRefused(open.check("m.room.message", false, body(), ENCRYPTED), "in clear");
  }

  @Test
  void exemptSendersAndAServerWithoutThePolicyMaySendAnything() {
    var exempt = new RoomFacts(ROOM, Optional.of(ENCRYPTION), Optional.of(EVENT), false, true);
    assertAllowed(policy.check("m.room.message", false, body(), exempt));
    var off = new EncryptionPolicy(PolicySettings.OFF);
    assertAllowed(off.check("m.room.message", false, body(), ENCRYPTED));
    assertAllowed(off.checkToDevice("x.y", body()));
  }

  @Test
  void onlyAFewMessagesToDevicesMayBeInClear() {
    assertAllowed(policy.checkToDevice("m.room.encrypted", olm()));
    assertAllowed(
        policy.checkToDevice("m.room_key_request", Json.object().put("action", "request")));
    assertAllowed(policy.checkToDevice("m.room_key.withheld", Json.object()));
    assertAllowed(policy.checkToDevice("m.secret.request", Json.object()));
    assertAllowed(policy.checkToDevice("m.key.verification.mac", Json.object()));
    assertAllowed(policy.checkToDevice("m.dummy", Json.object()));
    assertRefused(policy.checkToDevice("m.room_key", Json.object()), "end-to-end encrypted");
    assertRefused(policy.checkToDevice("m.secret.send", Json.object()), "end-to-end encrypted");
    assertRefused(policy.checkToDevice("m.room.encrypted", olm().put("body", "hello")), "body");
    assertRefused(policy.checkToDevice("m.room.encrypted", body()), "algorithm");
  }
}
