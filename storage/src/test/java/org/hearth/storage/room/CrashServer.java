package org.hearth.storage.room;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.hearth.e2ee.keys.KeyChange;
import org.hearth.e2ee.keys.OneTimeKey;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.e2ee.todevice.ToDeviceChange;
import org.hearth.engine.account.Account;
import org.hearth.engine.account.AccountChange;
import org.hearth.engine.media.MediaChange;
import org.hearth.engine.media.MediaItem;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.ServerKeys;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.MxcUri;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Fatal;
import org.hearth.storage.Storage;
import org.hearth.storage.StorageMetrics;
import org.hearth.storage.account.StoredAccounts;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.e2ee.StoredKeys;
import org.hearth.storage.e2ee.StoredToDevice;
import org.hearth.storage.media.StoredMedia;

/// The server that crash tests kill, as far as storage goes: rooms, accounts, keys, to-device
/// messages and media, with a real ledger and a real database. At its start it proves that all that
/// it was told to expect is there once; then it goes on writing, and says each thing on a line of
/// its own once it is acknowledged.
public final class CrashServer {
  private static final ServerName US = new ServerName("here.example");
  private static final UserId ALICE = UserId.of("alice", US);
  private static final String ALGORITHM = "signed_curve25519";

  private final Storage storage;
  private final GroupCommitLedger ledger;
  private final RoomEngine engine;
  private final StoredMedia media;
  private final StoredKeys keys;
  private final StoredToDevice toDevice;
  private final StoredAccounts accounts;
  private final Path directory;

  /// @param args `h2 directory` or `postgres url`, the directory for media and expectations, the
  ///   name of this life
  public static void main(String[] args) throws Exception {
    DatabaseSettings.Location location =
        args[0].equals("h2")
            ? new DatabaseSettings.H2(Path.of(args[1]))
            : new DatabaseSettings.PostgreSql(args[1], "postgres", "postgres");
    var server = new CrashServer(DatabaseSettings.of(location), Path.of(args[2]));
    server.prove(Files.readAllLines(Path.of(args[2]).resolve("expected")));
    if (args.length < 4) {
      server.proveRoom();
      server.stop();
      return;
    }
    server.work(args[3]);
    Thread.sleep(60_000);
    Runtime.getRuntime().halt(1);
  }

  private final SigningKey signing = new SigningKey("ed25519:1", new byte[32]);
  private final Thread loop;

  private CrashServer(DatabaseSettings settings, Path directory) {
    this.directory = directory;
    var master =
        MasterKey.of(
            "0123456789abcdef0123456789abcdef"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    storage =
        Storage.open(
            settings.withCheckpointMillis(100),
            RootKeys.derived(master),
            InstantSource.system(),
            Fatal.halting(),
            StorageMetrics.NONE);
    ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
    loop = Thread.ofPlatform().daemon().start(this::write);
    engine =
        new RoomEngine(
            new RoomEngine.Identity(US, signing),
            ledger,
            RoomStores.on(storage.database(), storage.sealing()),
            new RoomEngine.Others(new TestNetwork().silent(), (_, _, _, _) -> Optional.empty()),
            InstantSource.system(),
            new SecureRandom(),
            RoomEngine.Limits.DEFAULT);
    media =
        new StoredMedia(
            storage.database(), storage.sealing(), directory.resolve("media"), new SecureRandom());
    keys = new StoredKeys(storage.database(), storage.sealing());
    toDevice = new StoredToDevice(storage.database(), storage.sealing());
    accounts = new StoredAccounts(storage.database(), storage.sealing());
  }

  private void write() {
    try {
      while (ledger.awaitWork()) ledger.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void stop() throws InterruptedException {
    ledger.close();
    loop.join();
    storage.close();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }

  // Writing.

  private void work(String life) throws IOException {
    var room = room();
    say("ready");
    for (int writer = 0; writer < 3; writer++) {
      var name = life + "-" + writer;
      repeat(name, number -> event(room, number));
    }
    repeat(life + "-a", this::account);
    repeat(life + "-k", this::key);
    repeat(life + "-d", this::message);
    repeat(life + "-m", this::file);
  }

  /// One thing that is acknowledged when it returns.
  @FunctionalInterface
  private interface Work {
    String done(String name) throws IOException;
  }

  private static void repeat(String name, Work work) {
    Thread.ofVirtual()
        .start(
            () -> {
              for (int number = 0; ; number++) {
                try {
                  say(work.done(name + "-" + number));
                } catch (IOException | RuntimeException e) {
                  say("failed " + e);
                  return;
                }
              }
            });
  }

  private RoomId room() throws IOException {
    var note = directory.resolve("room");
    if (Files.exists(note)) return RoomId.parse(Files.readString(note));
    var version = RoomVersion.parse("11");
    var content = Json.object().put("room_version", "11");
    var levels = Json.object();
    levels.putObject("users").put(ALICE.value(), 100);
    var room =
        done(
            engine
                .appends()
                .create(
                    version,
                    List.of(
                        Draft.state(ALICE, "m.room.create", "", content),
                        Draft.state(
                            ALICE,
                            "m.room.member",
                            ALICE.value(),
                            Json.object().put("membership", "join")),
                        Draft.state(ALICE, "m.room.power_levels", "", levels)),
                    _ -> List.of()));
    Files.writeString(note, room.value());
    return room;
  }

  private String event(RoomId room, String name) {
    boolean state = name.endsWith("5");
    var content = Json.object().put("body", name);
    var draft =
        state
            ? Draft.state(ALICE, "m.room.topic", "", content)
            : Draft.message(
                ALICE, "m.room.message", content, new TransactionId(ALICE, "PHONE", name));
    var id = done(engine.appends().append(room, List.of(draft), List.of())).getFirst();
    return "event " + name + " " + id.value();
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Refused<T> refused -> throw new IllegalStateException(refused.toString());
    };
  }

  private String account(String name) {
    var user = UserId.of(name, US);
    ledger.write(new AccountChange.Created(new Account(user, name, false, false, false, false, 1)));
    ledger.write(new AccountChange.DeviceSaved(user, "D", name));
    ledger.write(new AccountChange.PasswordSet(user, name + "!"));
    return "account " + name;
  }

  private String key(String name) {
    if (name.endsWith("3")) {
      var next = keys.nextOneTimeKeys(ALICE, Map.of("A", ALGORITHM)).get("A");
      if (next != null) {
        ledger.write(new KeyChange.OneTimeKeyClaimed(ALICE, "A", ALGORITHM, next.keyId()));
        return "claim " + next.keyId();
      }
    }
    var key = new OneTimeKey(ALGORITHM, name, Json.object().put("key", name));
    ledger.write(new KeyChange.OneTimeKeysAdded(ALICE, "A", List.of(key)));
    return "key " + name;
  }

  private String message(String name) {
    ledger.write(
        new ToDeviceChange.MessageArrived(
            ALICE, "A", ALICE, "m.dummy", Json.object().put("name", name)));
    return "message " + name;
  }

  private String file(String name) throws IOException {
    var file = media.write(new ByteArrayInputStream(content(name)));
    var item = new MediaItem(uri(name), ALICE, 1, new MediaItem.Content("text/plain", null, file));
    ledger.write(new MediaChange.Put(item));
    return "file " + name;
  }

  private static MxcUri uri(String name) {
    return new MxcUri("mxc://here.example/" + name);
  }

  private static byte[] content(String name) {
    var random = new Random(name.hashCode());
    var bytes = new byte[1 + random.nextInt(100_000)];
    random.nextBytes(bytes);
    return bytes;
  }

  // Proving.

  private void prove(List<String> expected) throws IOException {
    var lost = new ArrayList<String>();
    var messages = inbox();
    for (var line : expected) {
      var words = line.split(" ", -1);
      boolean there =
          switch (words[0]) {
            case "event" -> hasEvent(words[1], new EventId(words[2]));
            case "account" -> hasAccount(words[1]);
            case "key" -> hasKey(words[1], false);
            case "claim" -> hasKey(words[1], true);
            case "message" -> messages.getOrDefault(words[1], 0) == 1;
            case "file" -> hasFile(words[1]);
            default -> throw new IllegalStateException("Expected what? " + line);
          };
      if (!there) lost.add(line);
    }
    messages.forEach(
        (name, count) -> {
          if (count > 1) lost.add("twice: message " + name);
        });
    lost.addAll(sentTwice());
    var report = storage.check(directory.resolve("media"), Progress.NONE);
    report.findings().stream()
        .filter(finding -> finding.severe())
        .forEach(finding -> lost.add(finding.toString()));
    for (var line : lost) say("lost " + line);
    say(
        "proven %d of %d, %d sealed values opened, %d rows"
            .formatted(
                expected.size() - lost.size(), expected.size(), report.opened(), report.rows()));
  }

  /// Ids, hashes, signatures, authorisation and state of every event of all lives, recomputed.
  private void proveRoom() throws IOException {
    if (!Files.exists(directory.resolve("room"))) {
      say("room verifies");
      return;
    }
    var room = RoomId.parse(Files.readString(directory.resolve("room")));
    var rows = new StoredRoomRows(storage.database(), storage.sealing(), US);
    var store = new StoredRooms(storage.database(), storage.sealing());
    ServerKeys known = (_, _, _, _) -> Optional.of(signing.verifyKey());
    var verification = new RoomInspection(rows, store, known, US).verify(room).orElseThrow();
    boolean more = true;
    while (more) more = verification.step();
    var report = verification.report();
    say("room " + (report.sound() ? "verifies" : report.toString()));
  }

  private boolean hasEvent(String name, EventId id) {
    var found = new StoredRooms(storage.database(), storage.sealing()).events(List.of(id));
    return found.size() == 1
        && found.getFirst().event().content().path("body").asText().equals(name);
  }

  /// A message that was sent once is there once.
  private List<String> sentTwice() {
    return storage
        .database()
        .jdbc(
            connection -> {
              var twice = new ArrayList<String>();
              try (var statement = connection.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT transaction_id FROM room_event WHERE transaction_id IS NOT NULL"
                              + " GROUP BY transaction_id HAVING COUNT(*) > 1")) {
                while (row.next()) twice.add("twice: event " + row.getString(1));
              }
              return twice;
            });
  }

  private boolean hasAccount(String name) {
    var user = UserId.of(name, US);
    var account = accounts.account(user);
    return account.isPresent()
        && (name + "!").equals(account.get().passwordHash())
        && accounts.device(user, "D").isPresent();
  }

  private boolean hasKey(String name, boolean claimed) {
    var found = keys.oneTimeKeys(ALICE, "A", List.of(ALGORITHM + ":" + name));
    return found.size() == 1 && (!claimed || found.getFirst().claimed());
  }

  private Map<String, Integer> inbox() {
    var counts = new HashMap<String, Integer>();
    long after = 0;
    while (true) {
      var page = toDevice.inbox(ALICE, "A", after, 1000);
      if (page.isEmpty()) return counts;
      for (var message : page)
        counts.merge(message.content().path("name").asText(), 1, Integer::sum);
      after = page.getLast().position();
    }
  }

  private boolean hasFile(String name) throws IOException {
    var item = media.item(uri(name));
    if (item.isEmpty() || item.get().content() == null) return false;
    try (var bytes = media.open(item.get().content().file())) {
      return Arrays.equals(bytes.readAllBytes(), content(name));
    }
  }
}
