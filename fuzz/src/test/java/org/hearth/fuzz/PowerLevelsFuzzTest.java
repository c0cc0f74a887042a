package org.hearth.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.hearth.engine.auth.AuthRules;
import org.hearth.engine.auth.AuthState;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;

class PowerLevelsFuzzTest {
  private static final SigningKey KEY = new SigningKey("ed25519:test", new byte[32]);
  private static final UserId BOB = new UserId("@bob:one.example");

  /// Whatever the levels are, there is an answer to each question, below that of a creator who
  /// stands above all.
  @FuzzTest(maxDuration = "2m")
  void levelsCanBeAsked(byte[] data) {
    RoomVersion version = Strange.version(data);
    ObjectNode content = Strange.object(data, 1);
    if (content == null) return;
    Event create = Strange.create(version);
    Event event;
    try {
      event =
          new EventBuilder(
                  version.rules(), EventType.POWER_LEVELS, Strange.ALICE, new SecureRandom())
              .stateKey("")
              .roomId(create.roomId())
              .content(content)
              .build(Strange.ALICE.serverName(), KEY);
    } catch (MalformedEvent e) {
      return;
    }
    PowerLevels levels = PowerLevels.of(create, event);
    for (long level :
        List.of(
            levels.user(BOB),
            levels.required("m.room.topic", true),
            levels.required("m.room.message", false),
            levels.invite(),
            levels.kick(),
            levels.ban(),
            levels.redact(),
            levels.notification("room"))) {
      assertThat(level).isLessThan(PowerLevels.INFINITE);
    }
    assertThat(judged(event, null, create)).isNotNull();
    assertThat(judged(event, event, create)).isNotNull();
  }

  private static Object judged(Event event, Event previous, Event create) {
    Event join =
        Strange.built(
            new EventBuilder(create.rules(), EventType.MEMBER, Strange.ALICE, new SecureRandom())
                .stateKey(Strange.ALICE.value())
                .roomId(create.roomId())
                .content(Json.object().put("membership", "join")));
    Map<StateKey, Event> state =
        previous == null
            ? Map.of(StateKey.CREATE, create, join.stateKeyPair(), join)
            : Map.of(
                StateKey.CREATE,
                create,
                join.stateKeyPair(),
                join,
                StateKey.POWER_LEVELS,
                previous);
    return AuthRules.check(event, event.rules(), AuthState.of(state));
  }
}
