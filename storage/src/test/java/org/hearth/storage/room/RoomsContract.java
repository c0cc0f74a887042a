package org.hearth.storage.room;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.TransactionId;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rooms on a real database, from the draft to the disk and back.
abstract class RoomsContract extends StorageTest {
  static final ServerName US = new ServerName("here.example");
  static final UserId ALICE = UserId.of("alice", US);
  static final UserId BOB = UserId.of("bob", US);

  private final SigningKey key = SigningKey.generate("ed25519:1", new SecureRandom());
  private Thread writer;
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
    engine =
        new RoomEngine(
            new RoomEngine.Identity(US, key),
            ledger,
            new RoomEngine.Ports(new StoredRooms(storage().database(), storage().sealing())),
            InstantSource.system(),
            new SecureRandom(),
            RoomEngine.Limits.DEFAULT);
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

  @Test
  void aCreatedRoomIsReadableAlsoAfterARestart() throws InterruptedException {
    for (var version : RoomVersion.values()) {
      var room = createRoom(version);
      restart();
      var view = view(room);
      assertThat(view.state()).hasSize(5);
      assertThat(view.joinedCount()).isEqualTo(1);
      assertThat(view.resident()).isTrue();
      assertThat(Objects.requireNonNull(view.state("m.room.name")).content())
          .isEqualTo(content("name", "A room"));
      assertThat(view.membership(ALICE)).isEqualTo("join");
      assertThat(view.stateOfType("m.room.member")).hasSize(1);
      var id = send(room, ALICE, "hello", "1");
      assertThat(engine.rooms().event(room, id).orElseThrow().event().content())
          .isEqualTo(content("body", "hello"));
    }
  }

  @Test
  void aThousandMessagesOfEightThreadsAreThereInOrderAfterARestart() throws Exception {
    var room = createRoom(RoomVersion.V12);
    var sent = new ConcurrentLinkedQueue<EventId>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 8; t++) {
        int thread = t;
        threads.execute(
            () -> {
              for (int i = 0; i < 125; i++)
                sent.add(send(room, ALICE, thread + "/" + i, thread + "/" + i));
            });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(sent).hasSize(1000).doesNotHaveDuplicates();
    restart();
    var chain = new ArrayList<EventId>();
    var head = view(room).heads();
    while (!head.isEmpty()) {
      assertThat(head).hasSize(1);
      chain.add(head.getFirst());
      head = engine.rooms().event(head.getFirst()).orElseThrow().event().prevEvents();
    }
    assertThat(chain).hasSize(1005).containsAll(sent);
    long last = Long.MAX_VALUE;
    for (var id : chain) {
      long position = engine.rooms().event(id).orElseThrow().position();
      assertThat(position).isPositive().isLessThan(last);
      last = position;
    }
  }

  @Test
  void oneTransactionIdIsOneEventAlsoConcurrentlyAndAfterARestart() throws Exception {
    var room = createRoom(RoomVersion.V11);
    var ids = new ConcurrentLinkedQueue<EventId>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 8; t++) threads.execute(() -> ids.add(send(room, ALICE, "once", "txn")));
    }
    restart();
    ids.add(send(room, ALICE, "once", "txn"));
    assertThat(ids).hasSize(9);
    assertThat(ids.stream().distinct()).hasSize(1);
  }

  @Test
  void stateMovesWithPositionsAndUnchangedStateIsNotSentAgain() {
    var room = createRoom(RoomVersion.V12);
    long before = view(room).position();
    var same =
        done(
            engine
                .appends()
                .append(
                    room,
                    List.of(Draft.state(ALICE, "m.room.name", "", content("name", "A room"))),
                    List.of()));
    assertThat(view(room).position()).isEqualTo(before);
    assertThat(same)
        .containsExactly(Objects.requireNonNull(view(room).state("m.room.name")).eventId());
    done(
        engine
            .appends()
            .append(
                room,
                List.of(
                    Draft.state(ALICE, "m.room.name", "", content("name", "New")),
                    Draft.state(BOB, "m.room.member", BOB.value(), content("membership", "join"))),
                List.of()));
    var name = new StateKey("m.room.name", "");
    var old = engine.rooms().stateAt(room, before).orElseThrow();
    var now = engine.rooms().stateAt(room, view(room).position()).orElseThrow();
    assertThat(old.event(name).orElseThrow().content()).isEqualTo(content("name", "A room"));
    assertThat(now.event(name).orElseThrow().content()).isEqualTo(content("name", "New"));
    assertThat(now.changedSince(old).keySet())
        .containsExactlyInAnyOrder(name, StateKey.member(BOB));
    assertThat(view(room).joinedCount()).isEqualTo(2);
  }

  @Test
  void whoIsNotInTheRoomMayNotSend() {
    var room = createRoom(RoomVersion.V12);
    var outcome =
        engine
            .appends()
            .append(
                room,
                List.of(Draft.message(BOB, "m.room.message", content("body", "hi"), null)),
                List.of());
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void aRedactionTakesTheContentAway() throws InterruptedException {
    for (var version : List.of(RoomVersion.V2, RoomVersion.V10, RoomVersion.V12)) {
      var room = createRoom(version);
      var target = send(room, ALICE, "secret", "a");
      done(
          engine
              .appends()
              .append(
                  room,
                  List.of(
                      new Draft(
                          ALICE, "m.room.redaction", null, Json.object(), target, null, null)),
                  List.of()));
      for (int i = 0; i < 2; i++) {
        var redacted = engine.rooms().event(target).orElseThrow();
        assertThat(redacted.event().content()).isEmpty();
        assertThat(redacted.redactedBecause()).isNotNull();
        restart();
      }
    }
  }
}
