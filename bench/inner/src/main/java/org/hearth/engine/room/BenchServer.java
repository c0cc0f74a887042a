package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventBuilder;
import org.hearth.schemas.event.MalformedEvent;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.Database;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Storage;
import org.hearth.storage.StorageMetrics;
import org.hearth.storage.room.RoomStores;

/// The room engine on a database of its own, with a room of any size.
final class BenchServer implements AutoCloseable {
  static final ServerName NAME = new ServerName("bench.example");
  private static final int AT_A_TIME = 500;

  private final Path directory;
  private final Storage storage;
  private final GroupCommitLedger ledger;
  private final Thread writing;
  private final SigningKey key = SigningKey.generate("ed25519:1", new SecureRandom());
  final RoomEngine engine;

  BenchServer() {
    this("");
  }

  /// @param postgres JDBC URL of an empty database; empty for H2
  BenchServer(String postgres) {
    try {
      directory = Files.createTempDirectory("hearth-bench");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    storage =
        Storage.open(
            DatabaseSettings.of(
                postgres.isEmpty()
                    ? new DatabaseSettings.H2(directory.resolve("database"))
                    : new DatabaseSettings.PostgreSql(postgres, "postgres", "postgres")),
            RootKeys.random(new SecureRandom()),
            InstantSource.system(),
            (why, cause) -> {
              throw new IllegalStateException(why, cause);
            },
            StorageMetrics.NONE);
    ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
    engine =
        new RoomEngine(
            new RoomEngine.Identity(NAME, key),
            ledger,
            stores(),
            new RoomEngine.Others(nobody(), (server, keyId, at, strict) -> Optional.empty()),
            InstantSource.system(),
            new SecureRandom(),
            RoomEngine.Limits.DEFAULT);
    writing = Thread.ofPlatform().start(this::write);
  }

  private void write() {
    try {
      while (ledger.awaitWork()) ledger.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RemoteRooms nobody() {
    return (RemoteRooms)
        Proxy.newProxyInstance(
            RemoteRooms.class.getClassLoader(),
            new Class<?>[] {RemoteRooms.class},
            (_, method, _) -> {
              throw new IllegalStateException("nobody is asked for " + method.getName());
            });
  }

  RoomEngine.Stores stores() {
    return RoomStores.on(storage.database(), storage.sealing());
  }

  /// The room as somebody sees it whose caches are empty.
  RoomData cold(RoomId room) {
    var memory = new RoomMemory(stores().rooms(), new MemoryBudget(4L << 30));
    return new RoomWriters(memory, ledger, NAME, InstantSource.system(), 10)
        .get(room)
        .orElseThrow()
        .data();
  }

  /// Root of the room's current state.
  long root(RoomData data) {
    return stores().rooms().room(data.key().id()).orElseThrow().root();
  }

  <R> R query(Database.Query<R> query) {
    return storage.database().jdbc(query);
  }

  static UserId user(int number) {
    return UserId.of("user%06d".formatted(number), NAME);
  }

  private static ObjectNode content(String name, String value) {
    return Json.object().put(name, value);
  }

  /// A public room of version 12; user 0 made it.
  RoomId room(int members) {
    var levels = Json.object().put("state_default", 0);
    levels.putObject("users").put(user(1).value(), 50);
    var room =
        done(
            engine
                .appends()
                .create(
                    RoomVersion.V12,
                    List.of(
                        Draft.state(user(0), "m.room.create", "", content("room_version", "12")),
                        Draft.state(
                            user(0),
                            "m.room.member",
                            user(0).value(),
                            content("membership", "join")),
                        Draft.state(user(0), "m.room.power_levels", "", levels),
                        Draft.state(
                            user(0), "m.room.join_rules", "", content("join_rule", "public"))),
                    _ -> List.of()));
    for (int next = 1; next < members; ) {
      var joins = new ArrayList<Draft>();
      for (; next < members && joins.size() < AT_A_TIME; next++)
        joins.add(
            Draft.state(
                user(next),
                "m.room.member",
                user(next).value(),
                content("membership", "join").put("displayname", "User " + next)));
      done(engine.appends().append(room, joins, List.of()));
    }
    return room;
  }

  /// State changes on top of an event that need not be a head any more; answers the last of them.
  ///
  /// @param change `n` is 0, 1, ... up to `count`
  EventId fork(RoomId room, EventId from, int count, String label) {
    var data = cold(room);
    var last = data.eventById(from);
    if (last == null) throw new IllegalStateException("the event to fork from is there");
    EventId before = from;
    long depth = last.event().depth();
    long root = last.stateAfter();
    for (int n = 0; n < count; n++) {
      var event = change(data, root, before, ++depth, n + 2, label);
      before = done(engine.appends().appendBuilt(event, List.of()));
    }
    return before;
  }

  private Event change(
      RoomData data, long root, EventId before, long depth, int member, String label) {
    var user = user(member);
    var selected =
        data.state(
            root, List.of(StateKey.POWER_LEVELS, StateKey.JOIN_RULES, StateKey.member(user)));
    try {
      return new EventBuilder(data.key().rules(), "m.room.member", user, new SecureRandom())
          .roomId(data.key().id())
          .stateKey(user.value())
          .content(content("membership", "join").put("displayname", label + member))
          .prevEvents(List.of(before))
          .authEvents(selected.values().stream().map(e -> e.event().eventId()).sorted().toList())
          .depth(depth)
          .originServerTs(System.currentTimeMillis())
          .build(NAME, key);
    } catch (MalformedEvent e) {
      throw new IllegalStateException(e);
    }
  }

  EventId message(RoomId room, int sender, String body) {
    return done(engine
            .appends()
            .append(
                room,
                List.of(Draft.message(user(sender), "m.room.message", content("body", body), null)),
                List.of()))
        .getFirst();
  }

  static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Refused<T>(var refusal) ->
          throw new IllegalStateException(refusal.code() + ": " + refusal.message());
    };
  }

  @Override
  public void close() {
    ledger.close();
    try {
      writing.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    storage.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
