package org.hearth.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.hearth.schemas.json.CanonicalJson;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RedactionTest {
  /// For each range of versions: the content of a type, and what stays of it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1-8  | m.room.member | {'membership':'join','displayname':'x','join_authorised_via_users_server':'@a:b','third_party_invite':{'signed':{'token':'t'},'display_name':'d'}} | {'membership':'join'}",
        "9-10 | m.room.member | {'membership':'join','displayname':'x','join_authorised_via_users_server':'@a:b','third_party_invite':{'signed':{'token':'t'},'display_name':'d'}} | {'membership':'join','join_authorised_via_users_server':'@a:b'}",
        "11-12| m.room.member | {'membership':'join','displayname':'x','join_authorised_via_users_server':'@a:b','third_party_invite':{'signed':{'token':'t'},'display_name':'d'}} | {'membership':'join','join_authorised_via_users_server':'@a:b','third_party_invite':{'signed':{'token':'t'}}}",
        "11-12| m.room.member | {'membership':'invite','third_party_invite':{'display_name':'d'}} | {'membership':'invite','third_party_invite':{}}",
        "11-12| m.room.member | {'membership':'invite','third_party_invite':'d'} | {'membership':'invite'}",
        "1-10 | m.room.create | {'creator':'@a:b','m.federate':false,'room_version':'1','x':1} | {'creator':'@a:b'}",
        "11-12| m.room.create | {'creator':'@a:b','m.federate':false,'room_version':'1','x':1} | {'creator':'@a:b','m.federate':false,'room_version':'1','x':1}",
        "1-7  | m.room.join_rules | {'join_rule':'restricted','allow':[1],'x':1} | {'join_rule':'restricted'}",
        "8-12 | m.room.join_rules | {'join_rule':'restricted','allow':[1],'x':1} | {'join_rule':'restricted','allow':[1]}",
        "1-10 | m.room.power_levels | {'ban':1,'events':{},'events_default':1,'invite':1,'kick':1,'notifications':{},'redact':1,'state_default':1,'users':{},'users_default':1,'x':1} | {'ban':1,'events':{},'events_default':1,'kick':1,'redact':1,'state_default':1,'users':{},'users_default':1}",
        "11-12| m.room.power_levels | {'ban':1,'events':{},'events_default':1,'invite':1,'kick':1,'notifications':{},'redact':1,'state_default':1,'users':{},'users_default':1,'x':1} | {'ban':1,'events':{},'events_default':1,'invite':1,'kick':1,'redact':1,'state_default':1,'users':{},'users_default':1}",
        "1-5  | m.room.aliases | {'aliases':['#a:b'],'x':1} | {'aliases':['#a:b']}",
        "6-12 | m.room.aliases | {'aliases':['#a:b'],'x':1} | {}",
        "1-12 | m.room.history_visibility | {'history_visibility':'shared','x':1} | {'history_visibility':'shared'}",
        "1-10 | m.room.redaction | {'redacts':'$a','reason':'x'} | {}",
        "11-12| m.room.redaction | {'redacts':'$a','reason':'x'} | {'redacts':'$a'}",
        "1-12 | m.room.topic | {'topic':'x'} | {}",
        "1-12 | m.room.third_party_invite | {'public_key':'x'} | {}"
      })
  void contentThatStays(String versions, String type, String content, String kept)
      throws MalformedJson {
    int first = Integer.parseInt(versions.strip().split("-")[0]);
    int last = Integer.parseInt(versions.strip().split("-")[1]);
    for (int version = first; version <= last; version++) {
      ObjectNode event = Json.object().put("type", type).put("room_id", "!r:b");
      event.set("content", json(content));

      ObjectNode redacted =
          Redaction.redact(event, RoomVersion.parse(String.valueOf(version)).rules());

      assertThat(redacted.get("content")).as("version %d", version).isEqualTo(json(kept));
    }
  }

  @ParameterizedTest
  @EnumSource
  void topLevelKeysThatStay(RoomVersion version) {
    List<String> always =
        List.of(
            "event_id",
            "type",
            "room_id",
            "sender",
            "state_key",
            "content",
            "hashes",
            "signatures",
            "depth",
            "prev_events",
            "auth_events",
            "origin_server_ts");
    List<String> untilVersion10 = List.of("prev_state", "origin", "membership");
    ObjectNode event = Json.object().put("unsigned", 1).put("redacts", "$a").put("other", 1);
    always.forEach(key -> event.put(key, 1));
    untilVersion10.forEach(key -> event.put(key, 1));

    List<String> kept =
        List.copyOf(
            Redaction.redact(event, version.rules())
                .propertyStream()
                .map(Map.Entry::getKey)
                .toList());

    assertThat(kept).containsAll(always).doesNotContain("unsigned", "redacts", "other");
    if (List.of("11", "12").contains(version.id())) {
      assertThat(kept).doesNotContainAnyElementsOf(untilVersion10);
    } else {
      assertThat(kept).containsAll(untilVersion10);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theHalvesOfAStoredEventGiveItBack(RoomVersion version) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    for (int i = 0; i < 2_000; i++) {
      ObjectNode event = randomEvent(random);
      StoredHalves halves = StoredHalves.split(event, version.rules());

      assertThat(CanonicalJson.encodeLikePython(halves.join()))
          .isEqualTo(CanonicalJson.encodeLikePython(event));
      assertThat(Redaction.redact(halves.clear(), version.rules()))
          .as("redacting the clear half is redacting the event")
          .isEqualTo(Redaction.redact(event, version.rules()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAPersonWroteIsInTheSealedHalfOnly(RoomVersion version) throws MalformedJson {
    for (String event :
        List.of(
            "{'type':'m.room.message','content':{'body':'SECRET'}}",
            "{'type':'m.room.member','content':{'membership':'join','displayname':'SECRET','reason':'SECRET'}}",
            "{'type':'m.room.member','content':{'membership':'invite','third_party_invite':{'display_name':'SECRET','signed':{}}}}",
            "{'type':'m.room.third_party_invite','content':{'display_name':'SECRET','public_key':'k'}}",
            "{'type':'m.room.redaction','redacts':'$x','content':{'reason':'SECRET'}}",
            "{'type':'m.room.topic','content':{'topic':'SECRET'},'unsigned':{'prev_content':'SECRET'}}",
            "{'type':'m.room.encrypted','content':{'ciphertext':'SECRET'},'words':'SECRET'}")) {
      StoredHalves halves = StoredHalves.split(json(event), version.rules());

      assertThat(new String(Json.write(halves.clear()), UTF_8)).doesNotContain("SECRET");
      assertThat(new String(Json.write(halves.sealed()), UTF_8)).contains("SECRET");
    }
  }

  private static ObjectNode randomEvent(RandomGenerator random) throws MalformedJson {
    List<String> types =
        List.of(
            "m.room.create",
            "m.room.member",
            "m.room.power_levels",
            "m.room.join_rules",
            "m.room.third_party_invite",
            "m.room.redaction",
            "m.room.aliases",
            "m.room.message",
            "x");
    List<String> contentKeys =
        List.of(
            "membership",
            "third_party_invite",
            "creator",
            "m.federate",
            "users",
            "invite",
            "join_rule",
            "allow",
            "public_key",
            "redacts",
            "aliases",
            "body",
            "signed",
            "displayname");
    List<String> keys =
        List.of("sender", "room_id", "unsigned", "origin", "redacts", "x", "hashes");
    ObjectNode event = Json.object().put("type", types.get(random.nextInt(types.size())));
    for (String key : keys) if (random.nextBoolean()) event.set(key, randomValue(random));
    ObjectNode content = event.putObject("content");
    for (String key : contentKeys) if (random.nextBoolean()) content.set(key, randomValue(random));
    return event;
  }

  private static JsonNode randomValue(RandomGenerator random) throws MalformedJson {
    List<String> values =
        List.of(
            "1",
            "'text'",
            "1.50",
            "null",
            "[]",
            "[1,{'a':2}]",
            "{}",
            "{'signed':{'token':'t'}}",
            "{'signed':{},'display_name':'d'}",
            "{'display_name':'d'}");
    return Json.parse(values.get(random.nextInt(values.size())).replace('\'', '"').getBytes(UTF_8));
  }

  private static ObjectNode json(String singleQuoted) throws MalformedJson {
    return Json.parseObject(singleQuoted.replace('\'', '"').getBytes(UTF_8));
  }
}
