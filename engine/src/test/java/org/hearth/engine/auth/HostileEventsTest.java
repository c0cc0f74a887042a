package org.hearth.engine.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hearth.engine.auth.RoomFixture.ALICE;
import static org.hearth.engine.auth.RoomFixture.BOB;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.event.StoredHalves;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Events with something wrong in some place are malformed or judged; nothing else may happen, also
/// when they are the state that others are judged by.
class HostileEventsTest {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "9007199254740992",
          "99999999999999999999999999",
          "1.5",
          "1e300",
          "''",
          "'@'",
          "'@alice:one.example'",
          "'\\u0000'",
          "'999999999999999999999999'",
          "'!x'",
          "[]",
          "[[]]",
          "{}",
          "{'':{}}",
          "{'a':1}",
          "{'@alice:one.example':100}",
          "{'ed25519:x':'%'}");

  @ParameterizedTest
  @EnumSource
  void anythingIsMalformedOrJudged(RoomVersion version) throws Exception {
    int read = 0;
    for (int seed = 0; seed < 1_500; seed++) {
      Random random = new Random(seed);
      RoomFixture room = RoomFixture.publicRoom(version).members("join", BOB);
      Event good = randomEvent(room, random);
      ObjectNode json = good.json().deepCopy();
      for (int i = 0; i <= random.nextInt(3); i++) spoil(json, random);
      Event event;
      try {
        event = EventReader.read(json, version.rules());
      } catch (MalformedEvent e) {
        continue;
      }
      read++;
      checkEverything(room, event);
    }
    assertThat(read).isGreaterThan(200);
  }

  private static void checkEverything(RoomFixture room, Event event) throws MalformedEvent {
    Verdict verdict = room.judge(event);
    assertThat(verdict).isNotNull();
    assertThat(AuthEventSelection.select(event)).hasSizeLessThanOrEqualTo(7);
    assertThat(EventReader.read(Redaction.redact(event).json(), event.rules())).isEqualTo(event);

    StoredHalves halves = StoredHalves.split(event);
    assertThat(CanonicalJson.encodeLikePython(halves.join()))
        .isEqualTo(CanonicalJson.encodeLikePython(event.json()));
    Event clear = EventReader.readTrusted(halves.clear(), event.eventId(), event.rules());
    assertThat(room.judge(clear)).isEqualTo(verdict);

    if (!event.isState()) return;
    Event message = room.message(BOB);
    Event join = room.member(BOB, BOB, "join");
    Event levels = room.powers(ALICE, "{'ban':51}");
    room.apply(event);
    for (Event each : List.of(message, join, levels)) assertThat(room.judge(each)).isNotNull();
  }

  private static Event randomEvent(RoomFixture room, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> RoomFixture.empty(room.rules().version()).create("{'m.federate':true}");
      case 1 ->
          room.powers(
              ALICE,
              "{'users':{'@bob:one.example':50},'events':{'x':1},'notifications':{'room':2},'ban':3}");
      case 2 -> room.state(ALICE, "m.room.join_rules", "", "{'join_rule':'public','allow':[]}");
      case 3 ->
          room.state(
              BOB,
              "m.room.member",
              BOB.value(),
              "{'membership':'join','join_authorised_via_users_server':'@alice:one.example'}");
      case 4 ->
          room.state(
              ALICE,
              "m.room.member",
              BOB.value(),
              "{'membership':'invite','third_party_invite':{'display_name':'b','signed':{'mxid':'@bob:one.example','token':'t','signatures':{'id':{'ed25519:0':'x'}}}}}");
      default -> room.message(ALICE);
    };
  }

  /// Replaces, adds or removes something anywhere.
  private static void spoil(ObjectNode root, Random random) {
    List<JsonNode> places = new ArrayList<>();
    collect(root, places);
    JsonNode place = places.get(random.nextInt(places.size()));
    JsonNode value = value(random);
    if (place instanceof ArrayNode array) {
      if (array.isEmpty() || random.nextBoolean()) array.add(value);
      else array.set(random.nextInt(array.size()), value);
    } else if (place instanceof ObjectNode object) {
      List<String> keys = object.propertyStream().map(Map.Entry::getKey).toList();
      String key =
          keys.isEmpty() || random.nextInt(4) == 0
              ? List.of("a", "state_key", "redacts", "content").get(random.nextInt(4))
              : keys.get(random.nextInt(keys.size()));
      if (random.nextInt(4) == 0) object.remove(key);
      else object.set(key, value);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> places) {
    if (!node.isContainerNode()) return;
    places.add(node);
    node.forEach(child -> collect(child, places));
  }

  private static JsonNode value(Random random) {
    try {
      String value = VALUES.get(random.nextInt(VALUES.size())).replace('\'', '"');
      return Json.parse(value.getBytes(UTF_8));
    } catch (MalformedJson e) {
      throw new AssertionError(e);
    }
  }
}
