package org.hearth.simulator;

import java.util.List;
import java.util.TreeMap;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.RoomStore;
import org.hearth.ledger.Batch;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.simulator.memory.MemoryDisk;
import org.jspecify.annotations.Nullable;

/// One server: its key and its disk, which last, and a running engine, which crashes.
final class SimulatedServer {
  private static final long CACHES = 32 << 20;

  final ServerName name;
  final SigningKey key;
  final List<UserId> users;
  final World world;
  final MemoryDisk disk;

  /// Whether it breaks the rules; its engine does not, but somebody else has its key as well.
  final boolean hostile;

  /// How far each destination has answered our transactions, as far as that is durable: a crash
  /// falls back to it, so that some are sent twice.
  final TreeMap<ServerName, Long> delivered = new TreeMap<>();

  private final Chance chance;
  private final RoomEngine.Limits limits;
  private @Nullable Incarnation now;
  private boolean diskBroken;
  private int incarnations;

  SimulatedServer(
      World world,
      ServerName name,
      SigningKey key,
      List<UserId> users,
      boolean hostile,
      Chance chance) {
    this.world = world;
    this.name = name;
    this.key = key;
    this.users = users;
    this.hostile = hostile;
    this.chance = chance;
    this.disk = new MemoryDisk(this::force, this::pause);
    // Some servers have no caches at all: whatever they answer then comes from the disk.
    this.limits =
        chance.percent(20)
            ? new RoomEngine.Limits(1, new MemoryBudget(0))
            : new RoomEngine.Limits(100, new MemoryBudget(CACHES));
  }

  /// Null while it is down.
  @Nullable Incarnation now() {
    return now;
  }

  boolean isUp() {
    return now != null;
  }

  Incarnation running() {
    var running = now;
    if (running == null) throw new Crashed();
    return running;
  }

  void start() {
    if (now != null) return;
    incarnations++;
    world.trace.add(world.scheduler.elapsed(), "starts", name);
    var stores = disk.rooms().stores();
    RoomStore rooms = world.mutation.rooms(this, stores.rooms());
    var started =
        new Incarnation(
            this,
            new RoomEngine.Stores(
                rooms,
                stores.timelines(),
                stores.memberships(),
                stores.outgoing(),
                stores.staging(),
                stores.erasure()),
            limits,
            chance.split());
    now = started;
    started.begin();
  }

  /// The power fails. What was being written may have arrived or not.
  void crash() {
    var crashed = now;
    if (crashed == null) return;
    now = null;
    boolean arrived = disk.isWriting() && chance.percent(50);
    world.trace.add(world.scheduler.elapsed(), "crashes", name, arrived);
    world.counts.add(disk.isWriting() ? "crashes while writing" : "crashes");
    disk.crash(arrived);
    crashed.die();
  }

  int incarnations() {
    return incarnations;
  }

  void breakDisk(boolean broken) {
    diskBroken = broken;
  }

  /// The device under the disk: takes a moment, and may be full for a while.
  private boolean force(Batch batch) {
    var writer = now;
    if (writer == null) throw new LedgerException.Unavailable("crashed", null);
    if (diskBroken) {
      world.counts.add("batches refused by a full disk");
      throw new LedgerException.Unavailable("disk full", null);
    }
    world.scheduler.sleep(chance.between(1, 12));
    if (!writer.isAlive()) throw new LedgerException.Unavailable("crashed", null);
    world.trace.add(world.scheduler.elapsed(), "writes", name, batch.id(), batch.changes().size());
    world.counts.add("batches written");
    return world.mutation.forces(this);
  }

  /// Others go on before some of the reads.
  private void pause() {
    if (chance.percent(world.settings.pausePercent())) world.scheduler.pause();
  }

  @Override
  public String toString() {
    return name.value();
  }
}
