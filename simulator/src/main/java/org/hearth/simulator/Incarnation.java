package org.hearth.simulator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.hearth.engine.creation.RoomEncryption;
import org.hearth.engine.directory.DirectoryStore;
import org.hearth.engine.directory.RoomPowers;
import org.hearth.engine.membership.Memberships;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.upgrade.RoomUpgrades;
import org.hearth.ledger.Batch;
import org.hearth.ledger.BatchWriter;
import org.hearth.ledger.GroupCommitLedger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;

/// A running server, from its start to its crash: the real ledger and the real engine, with loops
/// that call their steps as the server's loops do.
final class Incarnation {
  final SimulatedServer server;
  final GroupCommitLedger ledger;
  final RoomEngine engine;
  final Memberships memberships;
  final RoomUpgrades upgrades;
  final SeededScheduler.Bell staged;
  private final World world;
  private final Chance chance;
  private final List<Courier> couriers = new ArrayList<>();

  /// What activities of this server, or others for its sake, wait for from the network.
  private final Set<CompletableFuture<?>> awaited = new LinkedHashSet<>();

  private boolean alive = true;

  Incarnation(
      SimulatedServer server, RoomEngine.Stores stores, RoomEngine.Limits limits, Chance chance) {
    this.server = server;
    this.world = server.world;
    this.chance = chance;
    ledger = new GroupCommitLedger(new Writer(), GroupCommitLedger.Limits.DEFAULT);
    engine =
        new RoomEngine(
            new RoomEngine.Identity(server.name, server.key),
            ledger,
            stores,
            new RoomEngine.Others(new Line(this), world::key),
            world.scheduler,
            chance.secure(),
            limits);
    staged = new SeededScheduler.Bell(world.scheduler);
    memberships =
        new Memberships(
            server.name,
            engine.rooms(),
            engine.userRooms(),
            engine.appends(),
            engine.remoteMemberships(),
            _ -> Json.object(),
            (_, _) -> Optional.empty(),
            ledger);
    upgrades =
        new RoomUpgrades(
            engine.rooms(),
            engine.appends(),
            new NoDirectory(),
            new RoomPowers(engine.rooms()),
            _ -> Json.object(),
            new RoomEncryption(false));
  }

  void begin() {
    start(this::writeBatches);
    start(this::workIn);
    start(engine::recallTransactions);
    for (var other : world.servers) {
      if (other == server) continue;
      var courier = new Courier(this, other.name, chance.split());
      couriers.add(courier);
      start(courier::carry);
    }
    ledger.listen((_, _) -> couriers.forEach(Courier::wake));
  }

  /// An activity of this server. It ends with it, sooner or later.
  void start(Runnable activity) {
    world.scheduler.start(
        () -> {
          check();
          try {
            activity.run();
          } catch (RuntimeException e) {
            // What the dying server's parts throw is nobody's fault.
            if (alive) throw e;
          }
        });
  }

  boolean isAlive() {
    return alive;
  }

  /// After each wait that the simulation itself makes.
  void check() {
    if (!alive) throw new Crashed();
  }

  void sleep(long ms) {
    world.scheduler.sleep(ms);
    check();
  }

  private void writeBatches() {
    try {
      while (ledger.awaitWork()) ledger.step();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void workIn() {
    var work = engine.inboundWork();
    while (alive) {
      try {
        if (work.step()) continue;
      } catch (RuntimeException e) {
        if (!alive) return;
        world.broken("working events in at " + server.name, e);
      }
      staged.await(work.nextTry().orElse(Long.MAX_VALUE));
    }
  }

  <T> CompletableFuture<T> await(CompletableFuture<T> future) {
    awaited.add(future);
    return future;
  }

  void forget(CompletableFuture<?> future) {
    awaited.remove(future);
  }

  /// Everything that waits for this server goes on and finds it dead.
  void die() {
    alive = false;
    ledger.close();
    staged.ring();
    couriers.forEach(Courier::wake);
    for (var future : List.copyOf(awaited)) future.completeExceptionally(new Crashed());
  }

  /// Nothing to send, and nobody in the middle of sending.
  boolean isQuiet() {
    return couriers.stream().allMatch(Courier::isIdle)
        && ledger.queued() == 0
        && !server.disk.isWriting();
  }

  void hurry() {
    couriers.forEach(Courier::hurry);
  }

  /// A dead server's ledger writes nothing any more.
  private final class Writer implements BatchWriter {
    @Override
    public Resume resume() {
      return server.disk.resume();
    }

    @Override
    public void write(Batch batch) {
      if (!alive) throw new LedgerException.Unavailable("crashed", null);
      server.disk.write(batch);
    }
  }

  /// No aliases, no published rooms.
  private static final class NoDirectory implements DirectoryStore {
    @Override
    public Optional<LocalAlias> alias(RoomAlias alias) {
      return Optional.empty();
    }

    @Override
    public List<RoomAlias> aliases(RoomId roomId) {
      return List.of();
    }

    @Override
    public boolean published(RoomId roomId) {
      return false;
    }

    @Override
    public List<RoomId> published() {
      return List.of();
    }
  }
}
