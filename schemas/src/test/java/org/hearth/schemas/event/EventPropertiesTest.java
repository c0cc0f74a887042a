package org.hearth.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.hearth.schemas.SpecVectors;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds of every event, tried on events of all types that a server reads, with content of all
/// kinds and odd keys beside it. A seed repeats its event.
class EventPropertiesTest {
  private static final ServerName SERVER = new ServerName("domain");
  private static final UserId ALICE = new UserId("@alice:domain");
  private static final SigningKey KEY = SpecVectors.signingKey();
  private static final int SEEDS = 400;

  private static final List<String> TYPES =
      List.of(
          EventType.CREATE,
          EventType.MEMBER,
          EventType.POWER_LEVELS,
          EventType.JOIN_RULES,
          EventType.HISTORY_VISIBILITY,
          EventType.THIRD_PARTY_INVITE,
          EventType.ALIASES,
          EventType.REDACTION,
          "m.room.message",
          "x");

  private static final List<String> KEYS =
      List.of(
          "membership",
          "third_party_invite",
          "join_authorised_via_users_server",
          "creator",
          "additional_creators",
          "m.federate",
          "users",
          "events",
          "invite",
          "ban",
          "join_rule",
          "allow",
          "history_visibility",
          "public_key",
          "aliases",
          "redacts",
          "body",
          "\uE000",
          "\uD83D\uDE00");

  private static final List<String> VALUES =
      List.of(
          "1",
          "-7",
          "9007199254740991",
          "'text'",
          "'@bob:domain'",
          "null",
          "true",
          "[]",
          "['@bob:domain',{'a':2}]",
          "{}",
          "{'@bob:domain':50}",
          "{'signed':{'token':'t','mxid':'@bob:domain'},'display_name':'d'}",
          "{'display_name':'d'}");

  /// Only for versions without strict canonical JSON.
  private static final List<String> NUMBERS =
      List.of("1.50", "1e3", "-0.0", "123456789012345678901234567890", "5e-324");

  /// "The content hash ... covers the complete event including the unredacted contents", "the
  /// reference hash ... the essential fields of an event, including content hashes", and signatures
  /// too: so a redaction changes the content hash alone.
  @ParameterizedTest
  @EnumSource
  void aRedactionKeepsIdReferenceHashAndSignatures(RoomVersion version) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Event event = event(version, seed);
      Event redacted = Redaction.redact(event);
      ObjectNode json = redacted.json();

      assertThat(EventReader.read(json, version.rules()).eventId())
          .as("seed %d", seed)
          .isEqualTo(event.eventId());
      assertThat(EventHashes.referenceHash(json, version.rules()))
          .isEqualTo(EventHashes.referenceHash(event.json(), version.rules()));
      assertThat(EventSigning.verifyServer(redacted, SERVER, (_, _) -> KEY.verifyKey()))
          .isInstanceOf(EventSigning.Verification.Valid.class);
      assertThat(EventHashes.contentHashMatches(event)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void redactingTwiceIsRedactingOnce(RoomVersion version) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Event redacted = Redaction.redact(event(version, seed));

      assertThat(canonical(Redaction.redact(redacted)))
          .as("seed %d", seed)
          .isEqualTo(canonical(redacted));
    }
  }

  /// What goes to the disk in two halves and over the wire in any form is the same event again.
  @ParameterizedTest
  @EnumSource
  void everyWayThereAndBackGivesTheSameEvent(RoomVersion version) throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      Event event = event(version, seed);
      ObjectNode wire = Json.parseObject(Json.write(event.json()));
      ObjectNode canonical = Json.parseObject(CanonicalJson.encodeLikePython(event.json()));
      ObjectNode halves = StoredHalves.split(event).join();

      for (ObjectNode json : List.of(wire, canonical, halves)) {
        Event read = EventReader.read(json, version.rules());
        assertThat(read).as("seed %d", seed).isEqualTo(event);
        assertThat(EventHashes.contentHashMatches(read)).isTrue();
        assertThat(canonical(read)).isEqualTo(canonical(event));
      }
    }
  }

  private static byte[] canonical(Event event) {
    return CanonicalJson.encodeLikePython(event.json());
  }

  private static Event event(RoomVersion version, int seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    String type = one(TYPES, random);
    EventBuilder builder =
        new EventBuilder(version.rules(), type, ALICE, new SecureRandom())
            .content(content(version, random))
            .prevEvents(List.of(new EventId("$prev")))
            .authEvents(List.of(new EventId("$auth")))
            .depth(random.nextLong(1, 1000))
            .originServerTs(random.nextLong(1L << 41));
    boolean isCreate = type.equals(EventType.CREATE);
    if (isCreate || random.nextBoolean()) builder.stateKey(isCreate ? "" : ALICE.value());
    if (!isCreate || !version.rules().roomIdIsCreateHash())
      builder.roomId(
          new RoomId(version.rules().roomIdIsCreateHash() ? "!" + "r".repeat(43) : "!r:domain"));
    if (random.nextInt(3) == 0) builder.redacts(new EventId("$target"));
    if (random.nextBoolean()) builder.unsigned(content(version, random));
    return builder.build(SERVER, KEY);
  }

  private static ObjectNode content(RoomVersion version, RandomGenerator random)
      throws MalformedJson {
    ObjectNode content = Json.object();
    for (int i = random.nextInt(8); i > 0; i--) {
      boolean odd = !version.rules().strictCanonicalJson() && random.nextInt(4) == 0;
      String value = one(odd ? NUMBERS : VALUES, random);
      content.set(one(KEYS, random), json(value));
    }
    return content;
  }

  private static JsonNode json(String singleQuoted) throws MalformedJson {
    return Json.parse(singleQuoted.replace('\'', '"').getBytes(UTF_8));
  }

  private static <T> T one(List<T> list, RandomGenerator random) {
    return list.get(random.nextInt(list.size()));
  }
}
