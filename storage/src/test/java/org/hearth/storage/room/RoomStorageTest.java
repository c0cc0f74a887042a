package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.TransactionId;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Base of tests of rooms on a real database: an engine of one server, alone in the network.
abstract class RoomStorageTest extends StorageTest {
  static final ServerName US = new ServerName("here.example");
  static final UserId ALICE = UserId.of("alice", US);
  static final UserId BOB = UserId.of("bob", US);

  final SigningKey key = SigningKey.generate("ed25519:1", new SecureRandom());
  private Thread writer;
  MemoryBudget budget = new MemoryBudget(128L << 20);
  RoomEngine engine;

  @BeforeEach
  void startEngine() {
    var ledger = ledger();
    writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (ledger.awaitWork()) ledger.step();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    engine = engine(ledger);
  }

  RoomEngine engine(Ledger ledger) {
    return new RoomEngine(
        new RoomEngine.Identity(US, key),
        ledger,
        roomStores(),
        new RoomEngine.Others(new TestNetwork().silent(), (_, _, _, _) -> Optional.empty()),
        InstantSource.system(),
        new SecureRandom(),
        RoomEngine.Limits.of(budget));
  }

  @AfterEach
  void stopEngine() throws InterruptedException {
    ledger().close();
    writer.join();
  }

  void restart() throws InterruptedException {
    stopEngine();
    reopen();
    startEngine();
  }

  static ObjectNode content(String key, String value) {
    return Json.object().put(key, value);
  }

  static <T> T done(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    return ((Outcome.Done<T>) outcome).value();
  }

  RoomId createRoom(RoomVersion version) {
    var create =
        version.rules().redactsInContent() ? Json.object() : content("creator", ALICE.value());
    create.put("room_version", version.id());
    var levels = Json.object();
    if (!version.rules().creatorsHaveInfinitePower())
      levels.putObject("users").put(ALICE.value(), 100);
    return done(
        engine
            .appends()
            .create(
                version,
                List.of(
                    Draft.state(ALICE, "m.room.create", "", create),
                    Draft.state(
                        ALICE, "m.room.member", ALICE.value(), content("membership", "join")),
                    Draft.state(ALICE, "m.room.power_levels", "", levels),
                    Draft.state(ALICE, "m.room.join_rules", "", content("join_rule", "public")),
                    Draft.state(ALICE, "m.room.name", "", content("name", "A room"))),
                _ -> List.of()));
  }

  EventId send(RoomId room, UserId sender, String body, String transaction) {
    return done(engine
            .appends()
            .append(
                room,
                List.of(
                    Draft.message(
                        sender,
                        "m.room.message",
                        content("body", body),
                        new TransactionId(sender, "PHONE", transaction))),
                List.of()))
        .getFirst();
  }

  RoomView view(RoomId room) {
    return engine.rooms().view(room).orElseThrow();
  }

  /// A state event; answers its id.
  EventId state(RoomId room, UserId sender, String type, String key, ObjectNode content) {
    return done(engine
            .appends()
            .append(room, List.of(Draft.state(sender, type, key, content)), List.of()))
        .getFirst();
  }

  /// The user makes themselves something in the room.
  EventId member(RoomId room, UserId user, String membership) {
    return state(room, user, "m.room.member", user.value(), content("membership", membership));
  }
}
