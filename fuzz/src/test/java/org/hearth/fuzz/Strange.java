package org.hearth.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;

/// What the tests share: the first byte names a room version, the rest is JSON.
final class Strange {
  static final UserId ALICE = new UserId("@alice:one.example");

  private static final SigningKey KEY = new SigningKey("ed25519:test", new byte[32]);
  private static final RoomVersion[] VERSIONS = RoomVersion.values();

  private Strange() {}

  /// `A` is version 1, `L` is version 12.
  static RoomVersion version(byte[] data) {
    return VERSIONS[data.length == 0 ? 0 : Math.floorMod(data[0] - 'A', VERSIONS.length)];
  }

  /// Null if the rest is no JSON object, which is nothing to complain about.
  static ObjectNode object(byte[] data, int from) {
    try {
      return data.length < from
          ? null
          : Json.parseObject(new String(data, from, data.length - from, UTF_8).getBytes(UTF_8));
    } catch (MalformedJson e) {
      return null;
    }
  }

  /// The create event of Alice's room.
  static Event create(RoomVersion version) {
    EventBuilder builder =
        new EventBuilder(version.rules(), EventType.CREATE, ALICE, new SecureRandom())
            .stateKey("")
            .content(Json.object().put("creator", ALICE.value()).put("room_version", version.id()));
    if (!version.rules().roomIdIsCreateHash()) builder.roomId(new RoomId("!room:one.example"));
    return built(builder);
  }

  static Event built(EventBuilder builder) {
    try {
      return builder.build(ALICE.serverName(), KEY);
    } catch (MalformedEvent e) {
      throw new AssertionError(e);
    }
  }
}
