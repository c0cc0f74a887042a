package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomView;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Two servers with their own databases, and a network between them that can be cut; what tests do
/// with them again and again.
abstract class TwoServers {
  @TempDir Path directory;
  final TestNetwork network = new TestNetwork();
  TestServer a;
  TestServer b;
  UserId alice;
  UserId bob;

  @BeforeEach
  void start() {
    a = new TestServer("a.example", directory, network);
    b = new TestServer("b.example", directory, network);
    alice = a.user("alice");
    bob = b.user("bob");
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
  }

  static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<T>) outcome).value();
  }

  static ObjectNode content(String key, String value) {
    return Json.object().put(key, value);
  }

  RoomId createRoom(RoomVersion version, String joinRule) {
    var create =
        version.rules().redactsInContent() ? Json.object() : content("creator", alice.value());
    create.put("room_version", version.id());
    var levels = Json.object().put("state_default", 0).put("invite", 0);
    if (!version.rules().creatorsHaveInfinitePower())
      levels.putObject("users").put(alice.value(), 100);
    return done(
        a.engine()
            .appends()
            .create(
                version,
                List.of(
                    Draft.state(alice, "m.room.create", "", create),
                    Draft.state(
                        alice, "m.room.member", alice.value(), content("membership", "join")),
                    Draft.state(alice, "m.room.power_levels", "", levels),
                    Draft.state(alice, "m.room.join_rules", "", content("join_rule", joinRule))),
                _ -> List.of()));
  }

  void joinBob(RoomId room) {
    done(
        b.engine()
            .remoteMemberships()
            .join(List.of(a.name), room, bob, content("membership", "join")));
    network.deliver();
  }

  EventId send(TestServer server, RoomId room, UserId sender, String body) {
    return append(
        server, room, Draft.message(sender, "m.room.message", content("body", body), null));
  }

  EventId append(TestServer server, RoomId room, Draft draft) {
    return done(server.engine().appends().append(room, List.of(draft), List.of())).getFirst();
  }

  static RoomView view(TestServer server, RoomId room) {
    return server.engine().rooms().view(room).orElseThrow();
  }

  static Map<StateKey, EventId> state(TestServer server, RoomId room) {
    return new TreeMap<>(server.engine().rooms().stateAt(room, Long.MAX_VALUE).orElseThrow().all());
  }

  void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  boolean knows(TestServer server, RoomId room, EventId id) {
    return server.engine().rooms().event(room, id).filter(e -> e.position() > 0).isPresent();
  }
}
