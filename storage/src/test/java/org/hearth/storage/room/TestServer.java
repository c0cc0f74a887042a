package org.hearth.storage.room;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.engine.purge.Leaving;
import org.hearth.engine.purge.RoomPurges;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.ServerKeys;
import org.hearth.engine.room.StagingStore;
import org.hearth.engine.sharing.RoomMeetings;
import org.hearth.engine.verify.RoomInspection;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.storage.DatabaseSettings;
import org.hearth.storage.Storage;
import org.hearth.storage.StorageMetrics;

/// One whole server as far as rooms go, on H2, with its loops; other servers are reached through
/// the [TestNetwork].
final class TestServer implements AutoCloseable {
  /// Events of one server that may wait in one room: few, so that a test can send more.
  static final int STAGED = 150;

  final ServerName name;
  final SigningKey key = SigningKey.generate("ed25519:1", new SecureRandom());
  private final Path directory;
  private final TestNetwork network;
  private final List<Thread> loops = new ArrayList<>();
  private Storage storage;
  private GroupCommitLedger ledger;
  private RoomEngine engine;

  TestServer(String name, Path directory, TestNetwork network) {
    this.name = new ServerName(name);
    this.directory = directory.resolve(name);
    this.network = network;
    network.add(this);
    start();
  }

  private void start() {
    storage =
        Storage.open(
            DatabaseSettings.of(new DatabaseSettings.H2(directory)),
            RootKeys.derived(
                MasterKey.of(
                    "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII))),
            InstantSource.system(),
            (why, cause) -> {
              throw new AssertionError(why, cause);
            },
            StorageMetrics.NONE);
    ledger = new GroupCommitLedger(storage.writer(), GroupCommitLedger.Limits.DEFAULT);
    engine =
        new RoomEngine(
            new RoomEngine.Identity(name, key),
            ledger,
            RoomStores.on(storage.database(), storage.sealing()),
            new RoomEngine.Others(network.from(this), network.keys()),
            network.clock(),
            new SecureRandom(),
            RoomEngine.Limits.DEFAULT.withStagedOfServer(STAGED));
    var writing = ledger;
    var work = engine.inboundWork();
    loops.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (writing.awaitWork()) writing.step();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }));
    loops.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (work.awaitWork()) work.step();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }));
  }

  RoomEngine engine() {
    return engine;
  }

  RoomMeetings meetings() {
    return new RoomMeetings(
        name, engine.rooms(), new StoredMemberships(storage.database(), storage.sealing()));
  }

  RoomInspection inspection() {
    return inspection(network::key);
  }

  RoomInspection inspection(ServerKeys keys) {
    return new RoomInspection(
        new StoredRoomRows(storage.database(), storage.sealing(), name),
        new StoredRooms(storage.database(), storage.sealing()),
        keys,
        name);
  }

  /// What waits to be worked in.
  List<StagingStore.Staged> staged(RoomId room) {
    return new StoredStaging(storage.database(), storage.sealing()).staged(room, 0, 1_000);
  }

  /// Not loaded before it is asked for; step it.
  RoomPurges purges() {
    var store = new StoredPurges(storage.database());
    return new RoomPurges(
        new RoomPurges.Parts(
            store,
            new StoredRooms(storage.database(), storage.sealing()),
            engine.roomRemoval(),
            new Leaving(
                store,
                (user, room) ->
                    engine
                        .appends()
                        .append(
                            room,
                            List.of(
                                Draft.state(
                                    user,
                                    "m.room.member",
                                    user.value(),
                                    Json.object().put("membership", "leave"))),
                            List.of())
                        .withoutValue(),
                _ -> true,
                InstantSource.system()),
            ledger,
            InstantSource.system(),
            () -> "purge" + System.nanoTime(),
            name));
  }

  GroupCommitLedger ledger() {
    return ledger;
  }

  UserId user(String localpart) {
    return UserId.of(localpart, name);
  }

  void restart() {
    close();
    start();
  }

  @Override
  public void close() {
    engine.inboundWork().close();
    try {
      loops.getLast().join();
      ledger.close();
      loops.getFirst().join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    loops.clear();
    storage.close();
  }
}
