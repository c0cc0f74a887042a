package org.hearth.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import org.hearth.schemas.SpecVectors;
import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomRules;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventTest {
  private static final ServerName SERVER = new ServerName("domain");
  private static final UserId ALICE = new UserId("@alice:domain");
  private static final SigningKey KEY = SpecVectors.signingKey();

  static List<JsonNode> signingVectors() {
    return SpecVectors.of("event_signing");
  }

  @ParameterizedTest
  @MethodSource("signingVectors")
  void hashesAndSignaturesOfTheSpecification(JsonNode vector) throws Exception {
    RoomRules rules = RoomVersion.V1.rules();
    ObjectNode event = vector.get("input").deepCopy();
    event.putObject("hashes").put("sha256", EventHashes.contentHash(event, rules));

    assertThat(EventSigning.sign(event, rules, SERVER, KEY)).isEqualTo(vector.get("signed"));
  }

  static List<JsonNode> networkVectors() {
    return SpecVectors.ofTheNetwork();
  }

  /// Odd contents, odd text and, in versions 1 to 5, odd numbers: what Synapse makes of them
  /// decides which ID an event has.
  @ParameterizedTest
  @MethodSource("networkVectors")
  void hashesAndIdsAreThoseOfTheNetwork(JsonNode vector) throws Exception {
    RoomRules rules = RoomVersion.parse(vector.get("version").asText()).rules();
    ObjectNode json = Json.parseObject(vector.get("event").asText().getBytes(UTF_8));

    assertThat(EventHashes.contentHash(json, rules)).isEqualTo(vector.get("content_hash").asText());
    assertThat(Base64Unpadded.encode(EventHashes.referenceHash(json, rules)))
        .isEqualTo(vector.get("reference_hash").asText());
    assertThat(EventReader.read(json, rules).eventId())
        .hasToString(vector.get("event_id").asText());
  }

  @ParameterizedTest
  @EnumSource
  void aBuiltEventIsReadBackAsItself(RoomVersion version) throws Exception {
    Event built = message(version).build(SERVER, KEY);
    Event read = EventReader.read(Json.parseObject(Json.write(built.json())), version.rules());

    assertThat(read).isEqualTo(built);
    assertThat(Json.write(read.json())).isEqualTo(Json.write(built.json()));
    assertThat(read.prevEvents()).containsExactly(new EventId("$prev"));
    assertThat(read.authEvents()).containsExactly(new EventId("$auth"));
    assertThat(read.depth()).isEqualTo(7);
    assertThat(EventHashes.contentHashMatches(read)).isTrue();
    assertThat(verify(read)).isInstanceOf(EventSigning.Verification.Valid.class);
  }

  @ParameterizedTest
  @EnumSource
  void redactionKeepsIdAndSignatureButNotTheWords(RoomVersion version) throws Exception {
    Event event = message(version).build(SERVER, KEY);
    Event redacted = Redaction.redact(event);

    assertThat(redacted.content().isEmpty()).isTrue();
    assertThat(verify(redacted)).isInstanceOf(EventSigning.Verification.Valid.class);
    assertThat(EventHashes.contentHashMatches(redacted)).isFalse();
    assertThat(EventReader.read(redacted.json(), version.rules())).isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"V1", "V2"},
      mode = EnumSource.Mode.EXCLUDE)
  void changedWordsKeepTheIdButNotTheContentHash(RoomVersion version) throws Exception {
    Event event = message(version).build(SERVER, KEY);
    ObjectNode changed = event.json().deepCopy();
    changed.withObjectProperty("content").put("body", "other words");
    Event read = EventReader.read(changed, version.rules());

    assertThat(read.eventId()).isEqualTo(event.eventId());
    assertThat(EventHashes.contentHashMatches(read)).isFalse();
  }

  @Test
  void eventIdsUseTheAlphabetOfTheirVersion() throws Exception {
    assertThat(message(RoomVersion.V1).build(SERVER, KEY).eventId().serverName()).contains(SERVER);
    assertThat(message(RoomVersion.V3).build(SERVER, KEY).eventId().value())
        .matches("\\$[A-Za-z0-9+/]{43}");
    assertThat(message(RoomVersion.V4).build(SERVER, KEY).eventId().value())
        .matches("\\$[A-Za-z0-9_-]{43}");
  }

  /// Room version 12: "room IDs are the create event's ID" with another sigil.
  @Test
  void theRoomIsNamedAfterItsCreateEvent() throws Exception {
    Event create =
        new EventBuilder(RoomVersion.V12.rules(), EventType.CREATE, ALICE, new SecureRandom())
            .stateKey("")
            .content(Json.object().put("room_version", "12"))
            .build(SERVER, KEY);

    assertThat(create.json().has("room_id")).isFalse();
    assertThat(create.roomId().value()).isEqualTo("!" + create.eventId().value().substring(1));
    assertThat(create.stateKeyPair()).isEqualTo(StateKey.CREATE);
  }

  @ParameterizedTest
  @EnumSource
  void theTargetOfARedactionStandsWhereTheVersionWantsIt(RoomVersion version) throws Exception {
    Event redaction =
        new EventBuilder(version.rules(), EventType.REDACTION, ALICE, new SecureRandom())
            .roomId(new RoomId("!r:domain"))
            .redacts(new EventId("$target"))
            .build(SERVER, KEY);

    assertThat(redaction.redacts()).contains(new EventId("$target"));
    assertThat(redaction.content().has("redacts")).isEqualTo(version.rules().redactsInContent());
    assertThat(redaction.json().has("redacts")).isNotEqualTo(version.rules().redactsInContent());
  }

  @ParameterizedTest
  @EnumSource
  void malformedEventsAreRefused(RoomVersion version) throws Exception {
    refuses(version, event -> event.remove("type"));
    refuses(version, event -> event.put("type", 1));
    refuses(version, event -> event.put("state_key", 1));
    refuses(version, event -> event.put("sender", "alice"));
    refuses(version, event -> event.put("content", "text"));
    refuses(version, event -> event.put("depth", "1"));
    refuses(version, event -> event.put("depth", -1));
    refuses(version, event -> event.put("origin_server_ts", 1.5));
    refuses(version, event -> event.remove("room_id"));
    refuses(version, event -> event.put("room_id", "room"));
    refuses(version, event -> event.remove("hashes"));
    refuses(version, event -> event.putNull("signatures"));
    refuses(version, event -> event.putObject("prev_events"));
    refuses(version, event -> event.putArray("auth_events").add(1));
    refuses(version, event -> event.putArray("prev_events").addArray().add("$a"));
    refuses(version, event -> event.put("type", "t".repeat(256)));
    refuses(version, event -> event.put("state_key", "k".repeat(256)));
    refuses(version, event -> event.withObjectProperty("content").put("b", "x".repeat(65536)));
    refuses(
        version,
        event -> {
          JsonNode one = event.withArrayProperty("prev_events").get(0);
          for (int i = 0; i < 20; i++) event.withArrayProperty("prev_events").add(one);
        });
    refuses(
        version,
        event -> {
          JsonNode one = event.withArrayProperty("auth_events").get(0);
          for (int i = 0; i < 10; i++) event.withArrayProperty("auth_events").add(one);
        });
  }

  /// "`state_key` MUST NOT exceed 255 bytes. `type` MUST NOT exceed 255 bytes." Where servers used
  /// to count characters, such an event can be read, but does not fit.
  @ParameterizedTest
  @EnumSource
  void fieldsAreMeasuredInBytes(RoomVersion version) throws Exception {
    String fits = "é".repeat(127) + "x";
    String fitsNot = "é".repeat(128);
    for (String key : List.of("type", "state_key")) {
      ObjectNode event = message(version).build(SERVER, KEY).json().deepCopy();
      assertThat(EventFormat.fieldsFit(EventReader.read(event.put(key, fits), version.rules())))
          .isTrue();
      ObjectNode long256 = event.deepCopy().put(key, fitsNot);
      if (version.rules().strictByteLimits()) {
        assertThatThrownBy(() -> EventReader.read(long256, version.rules()))
            .isInstanceOf(MalformedEvent.class);
      } else {
        assertThat(EventFormat.fieldsFit(EventReader.read(long256, version.rules()))).isFalse();
      }
    }
  }

  /// "The complete event MUST NOT be larger than 65536 bytes, when formatted with the federation
  /// event format, including any signatures, and encoded as Canonical JSON": neither how it was
  /// written nor how many characters it has counts.
  @ParameterizedTest
  @EnumSource
  void theWholeEventIsMeasuredAsCanonicalJson(RoomVersion version) throws Exception {
    ObjectNode event = message(version).build(SERVER, KEY).json().deepCopy();
    ObjectNode content = event.withObjectProperty("content");
    content.put("body", "");
    int rest = CanonicalJson.encode(event).length;
    String largest = "é".repeat((EventFormat.MAX_EVENT_BYTES - rest) / 2);
    largest += "x".repeat((EventFormat.MAX_EVENT_BYTES - rest) % 2);

    content.put("body", largest);
    String escaped = new String(Json.write(event), UTF_8).replace("é", "\\u00e9");
    EventReader.read(Json.parseObject(escaped.getBytes(UTF_8)), version.rules());

    content.put("body", largest + "x");
    assertThatThrownBy(() -> EventReader.read(event, version.rules()))
        .isInstanceOf(MalformedEvent.class)
        .hasMessageContaining("65536");
  }

  /// "Must be less than the maximum value for an integer (2^63 - 1). If the room's depth is already
  /// at the limit, the depth must be set to the limit"; 2^53 - 1 from version 6 on.
  @ParameterizedTest
  @EnumSource
  void depthEndsWhereTheVersionSays(RoomVersion version) throws Exception {
    long limit = version.rules().maxDepth();
    assertThat(limit)
        .isEqualTo(version.compareTo(RoomVersion.V6) < 0 ? Long.MAX_VALUE : (1L << 53) - 1);
    assertThat(message(version).depth(Long.MAX_VALUE).build(SERVER, KEY).depth()).isEqualTo(limit);
    refuses(
        version,
        event ->
            event.put("depth", BigInteger.valueOf(version.rules().maxDepth()).add(BigInteger.ONE)));
  }

  /// Versions 1 to 5: canonical JSON "MUST NOT be enforced"; from 6 on it must.
  @ParameterizedTest
  @EnumSource
  void numbersThatAreNotCanonical(RoomVersion version) throws Exception {
    for (String number : List.of("1.5", "1e3", "9007199254740992")) {
      ObjectNode content = Json.parseObject(("{\"n\":" + number + "}").getBytes(UTF_8));
      EventBuilder builder = message(version).content(content);
      if (version.rules().strictCanonicalJson()) {
        assertThatThrownBy(() -> builder.build(SERVER, KEY)).isInstanceOf(MalformedEvent.class);
      } else {
        Event event = builder.build(SERVER, KEY);
        assertThat(new String(Json.write(event.json()), UTF_8)).contains("{\"n\":" + number + "}");
      }
    }
  }

  /// "The complete event MUST NOT be larger than 65536 bytes ... including any signatures, and
  /// encoded as Canonical JSON."
  @ParameterizedTest
  @EnumSource
  void theLargestEventThatMayBeBuilt(RoomVersion version) throws Exception {
    Event small = message(version).content(Json.object().put("body", "")).build(SERVER, KEY);
    int most = 65536 - EventHashes.canonical(small.json(), version.rules()).length;

    Event largest = message(version).content(body(most)).build(SERVER, KEY);

    assertThat(EventHashes.canonical(largest.json(), version.rules())).hasSize(65536);
    assertThat(EventReader.read(largest.json(), version.rules())).isEqualTo(largest);
    EventBuilder larger = message(version).content(body(most + 1));
    assertThatThrownBy(() -> larger.build(SERVER, KEY)).isInstanceOf(MalformedEvent.class);
  }

  private static ObjectNode body(int length) {
    return Json.object().put("body", "x".repeat(length));
  }

  @Test
  void aForgedSignatureIsTold() throws Exception {
    Event event = message(RoomVersion.V10).build(SERVER, KEY);
    SigningKey other = SigningKey.generate(KEY.id(), new SecureRandom());

    assertThat(EventSigning.verify(event, (_, _) -> other.verifyKey()))
        .isEqualTo(new EventSigning.Verification.Forged(SERVER, KEY.id()));
    assertThat(EventSigning.verify(event, (_, _) -> null))
        .isEqualTo(new EventSigning.Verification.KeyMissing(SERVER));
    ObjectNode unsigned = event.json().deepCopy();
    unsigned.putObject("signatures");
    assertThat(EventSigning.verify(EventReader.read(unsigned, event.rules()), (_, _) -> null))
        .isEqualTo(new EventSigning.Verification.Unsigned(SERVER));
  }

  @ParameterizedTest
  @EnumSource
  void theServerThatAuthorisedARestrictedJoinMustSign(RoomVersion version) throws Exception {
    ObjectNode content =
        Json.object()
            .put("membership", "join")
            .put("join_authorised_via_users_server", "@bob:other");
    Event join =
        new EventBuilder(version.rules(), EventType.MEMBER, ALICE, new SecureRandom())
            .roomId(new RoomId("!r:domain"))
            .stateKey(ALICE.value())
            .content(content)
            .build(SERVER, KEY);

    if (version.rules().restrictedJoins()) {
      assertThat(EventSigning.requiredSigners(join)).contains(SERVER, new ServerName("other"));
      assertThat(verify(join)).isInstanceOf(EventSigning.Verification.Unsigned.class);
    } else {
      assertThat(EventSigning.requiredSigners(join)).containsExactly(SERVER);
    }
  }

  /// "unless the invite was created as a result of a 3rd-party invite".
  @Test
  void aThirdPartyInviteMayComeFromElsewhere() throws Exception {
    ObjectNode content = Json.object().put("membership", "invite");
    content.putObject("third_party_invite");
    Event invite =
        new EventBuilder(RoomVersion.V11.rules(), EventType.MEMBER, ALICE, new SecureRandom())
            .roomId(new RoomId("!r:domain"))
            .stateKey("@bob:other")
            .content(content)
            .build(SERVER, KEY);

    assertThat(EventSigning.requiredSigners(invite)).isEmpty();
  }

  private static EventSigning.Verification verify(Event event) {
    return EventSigning.verify(
        event,
        (server, id) -> server.equals(SERVER) && id.equals(KEY.id()) ? KEY.verifyKey() : null);
  }

  private static EventBuilder message(RoomVersion version) {
    return new EventBuilder(version.rules(), "m.room.message", ALICE, new SecureRandom())
        .roomId(
            new RoomId(version.rules().roomIdIsCreateHash() ? "!" + "r".repeat(43) : "!r:domain"))
        .content(Json.object().put("body", "hello"))
        .prevEvents(List.of(new EventId("$prev")))
        .authEvents(List.of(new EventId("$auth")))
        .depth(7)
        .originServerTs(1_000_000);
  }

  private static void refuses(RoomVersion version, Consumer<ObjectNode> change) throws Exception {
    ObjectNode event = message(version).build(SERVER, KEY).json().deepCopy();
    EventReader.read(event.deepCopy(), version.rules());
    change.accept(event);

    assertThatThrownBy(() -> EventReader.read(event, version.rules()))
        .isInstanceOf(MalformedEvent.class);
  }
}
