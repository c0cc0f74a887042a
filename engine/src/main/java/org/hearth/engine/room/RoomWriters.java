package org.hearth.engine.room;

import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// The active rooms: one [RoomWriter] each, loaded from what is committed, dropped when long
/// unused.
final class RoomWriters {
  private final RoomMemory memory;
  private final Ledger ledger;
  private final InstantSource clock;
  private final ServerName us;
  private final int limit;
  private final ConcurrentHashMap<RoomId, RoomWriter> active = new ConcurrentHashMap<>();

  /// Rooms whose rows go; nobody may build in them. Bounded by the purges that wait.
  private final Set<RoomId> closed = ConcurrentHashMap.newKeySet();

  /// Rooms that nobody here may enter: as long as a purge takes, and by an administrator's word.
  private final Set<RoomId> shut = ConcurrentHashMap.newKeySet();

  private final Set<RoomId> blocked = ConcurrentHashMap.newKeySet();

  /// Held while rooms are dropped, so that only one caller does it.
  private final ReentrantLock dropping = new ReentrantLock();

  /// @param limit how many rooms are kept active; those with queued entries stay beyond it
  RoomWriters(RoomMemory memory, Ledger ledger, ServerName us, InstantSource clock, int limit) {
    this.memory = memory;
    this.ledger = ledger;
    this.us = us;
    this.clock = clock;
    this.limit = limit;
    blocked.addAll(memory.store().blocked());
  }

  /// Why nobody here may enter the room; empty if they may.
  Optional<String> refusesEntry(RoomId roomId) {
    if (blocked.contains(roomId)) return Optional.of("This room is blocked on this server.");
    return shut.contains(roomId) || closed.contains(roomId)
        ? Optional.of("This room is being removed from this server; try again in a while.")
        : Optional.empty();
  }

  void block(RoomId roomId, boolean block) {
    if (block) blocked.add(roomId);
    else blocked.remove(roomId);
  }

  void shut(RoomId roomId, boolean isShut) {
    if (isShut) shut.add(roomId);
    else shut.remove(roomId);
  }

  /// Nobody can build in the room any more. False if something is still queued there.
  boolean close(RoomId roomId) {
    closed.add(roomId);
    var writer = active.get(roomId);
    if (writer != null) {
      if (!writer.retire()) return false;
      active.remove(roomId, writer);
    }
    return true;
  }

  void open(RoomId roomId) {
    closed.remove(roomId);
  }

  RoomMemory memory() {
    return memory;
  }

  /// How many rooms are active.
  int activeRooms() {
    return active.size();
  }

  ServerName us() {
    return us;
  }

  /// Empty if the room is not known.
  Optional<RoomWriter> get(RoomId roomId) {
    if (closed.contains(roomId)) return Optional.empty();
    var present = active.get(roomId);
    if (present != null) return Optional.of(present);
    var loaded = active.computeIfAbsent(roomId, id -> load(id).orElse(null));
    if (closed.contains(roomId)) {
      // It was closed while it was loaded.
      active.remove(roomId);
      return Optional.empty();
    }
    if (active.size() > limit) drop(roomId);
    return Optional.ofNullable(loaded);
  }

  private Optional<RoomWriter> load(RoomId roomId) {
    return memory.store().room(roomId).map(this::load);
  }

  private RoomWriter load(RoomStore.RoomRow row) {
    var recent = new RecentEvents(row.position(), row.root());
    var data = new RoomData(row.key(), memory, row.lastNodeGroup(), recent);
    var heads =
        data.events(row.heads()).values().stream()
            .sorted(Comparator.comparingInt(RoomEvent::ordinal));
    var snapshot =
        new Snapshot(
            heads.map(Snapshot.Head::of).toList(),
            row.root(),
            Occupants.of(memory.store().occupants(row.key())),
            row.position());
    return new RoomWriter(
        data, snapshot, row.lastOrdinal(), row.lastKey(), true, us, ledger, clock);
  }

  /// A writer for a room that nobody knows yet.
  RoomWriter start(RoomKey key) {
    var data = new RoomData(key, memory, 0, new RecentEvents(0, 0));
    return new RoomWriter(data, Snapshot.EMPTY, 0, -1, false, us, ledger, clock);
  }

  /// The started room is durable.
  void started(RoomWriter writer) {
    active.putIfAbsent(writer.key().id(), writer);
  }

  /// Runs the work with the room's writer, once more if it was dropped from memory meanwhile.
  <T> Optional<T> with(RoomId roomId, Function<RoomWriter, T> work) {
    while (true) {
      var writer = get(roomId);
      if (writer.isEmpty()) return Optional.empty();
      try {
        return Optional.of(work.apply(writer.get()));
      } catch (RoomWriter.Retired e) {
        active.remove(roomId, writer.get());
      }
    }
  }

  /// [#with], beginning a room that nobody knows.
  <T> T withOrStart(RoomKey key, Function<RoomWriter, T> work) {
    while (true) {
      if (closed.contains(key.id()))
        throw new LedgerException.Unavailable("The room is being removed.", null);
      var writer = get(key.id()).orElseGet(() -> active.computeIfAbsent(key.id(), _ -> start(key)));
      try {
        return work.apply(writer);
      } catch (RoomWriter.Retired e) {
        active.remove(key.id(), writer);
      }
    }
  }

  /// @param wanted stays: it may have been used in the same millisecond as those that go, and
  ///   whoever wants it would load it again and again
  private void drop(RoomId wanted) {
    if (!dropping.tryLock()) return;
    try {
      // The times go on changing meanwhile, so they are taken down first.
      record Use(RoomWriter writer, long at) {}
      active.values().stream()
          .filter(writer -> !writer.key().id().equals(wanted))
          .map(writer -> new Use(writer, writer.lastUsed()))
          .sorted(Comparator.comparingLong(Use::at))
          .limit(Math.max(1, limit / 10))
          .forEach(
              use -> {
                if (use.writer().retire()) active.remove(use.writer().key().id(), use.writer());
              });
    } finally {
      dropping.unlock();
    }
  }
}
