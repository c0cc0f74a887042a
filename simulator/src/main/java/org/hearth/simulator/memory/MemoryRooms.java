package org.hearth.simulator.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.hearth.engine.membership.ForgetRoom;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.RoomChange.AppendEvent;
import org.hearth.engine.room.RoomEngine;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.RoomStore;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.room.TransactionKey;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.engine.room.state.StateNode;
import org.hearth.ledger.Batch;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// The rooms' tables in memory, and the [RoomStore] on them. [#stores] has the other readers.
public final class MemoryRooms implements RoomStore {

  /// Protects the rows; held for one read or one batch.
  private final ReentrantLock lock = new ReentrantLock();

  private final Runnable pause;
  final TreeMap<RoomId, MemoryRoom> rooms = new TreeMap<>();
  final Map<Long, MemoryRoom> byNumber = new HashMap<>();
  private final Map<EventId, MemoryRoom> places = new HashMap<>();
  final UserRoomRows users = new UserRoomRows();
  final StagedRows staged = new StagedRows();
  final TreeMap<Long, AppendEvent> outgoing = new TreeMap<>();

  MemoryRooms(Runnable pause) {
    this.pause = pause;
  }

  public RoomEngine.Stores stores() {
    return new RoomEngine.Stores(
        this,
        new MemoryTimelines(this),
        new MemoryMemberships(this),
        new MemoryOutgoing(this),
        new MemoryStaging(this),
        new MemoryErasure(this));
  }

  /// One read. Others may go on before it.
  <T> T read(Supplier<T> rows) {
    pause.run();
    return atOnce(rows);
  }

  /// One read of what loading a room into memory needs: the engine holds a lock of its cache then,
  /// which no other thread may meet.
  private <T> T atOnce(Supplier<T> rows) {
    lock.lock();
    try {
      return rows.get();
    } finally {
      lock.unlock();
    }
  }

  // Writing.

  /// Throws [LedgerException.Refused] if the tables could not hold the batch.
  void check(Batch batch) {
    lock.lock();
    try {
      var taken = new HashSet<Object>();
      var started = new HashMap<Long, MemoryRoom>();
      for (var positioned : batch.changes()) {
        switch (positioned.change()) {
          case RoomChange.StartRoom(var room) -> {
            if (rooms.containsKey(room.id())
                || byNumber.containsKey(room.number())
                || !taken.add(room.id()))
              throw new IllegalStateException("There is such a room already: " + room.id());
            started.put(room.number(), new MemoryRoom(room));
          }
          case AppendEvent append -> {
            long number = append.event().room().number();
            var room = started.getOrDefault(number, byNumber.get(number));
            if (room == null) throw new IllegalStateException("No such room: " + number);
            room.check(append, taken);
          }
          case RoomChange _, ForgetRoom _ -> {}
          default ->
              throw new IllegalStateException("No rows for " + positioned.change().getClass());
        }
      }
    } catch (IllegalStateException e) {
      throw new LedgerException.Refused(e);
    } finally {
      lock.unlock();
    }
  }

  void apply(Batch batch) {
    lock.lock();
    try {
      for (var positioned : batch.changes()) {
        if (positioned.change() instanceof RoomChange change) apply(change, positioned.position());
        if (positioned.change() instanceof ForgetRoom(var user, var room)) users.forget(user, room);
      }
    } finally {
      lock.unlock();
    }
  }

  private void apply(RoomChange change, long position) {
    switch (change) {
      case RoomChange.StartRoom(var key) -> {
        var room = new MemoryRoom(key);
        rooms.put(key.id(), room);
        byNumber.put(key.number(), room);
      }
      case AppendEvent append -> {
        var room = room(append.event().room());
        room.append(append, position);
        places.put(append.event().event().eventId(), room);
        users.append(append, position);
        if (append.outgoing()) outgoing.put(position, append);
      }
      case RoomChange.ApplyRedaction(var key, int target, int redaction) ->
          room(key).redact(target, redaction);
      case RoomChange.RemoveContent(var key, int ordinal) -> room(key).redact(ordinal, -1);
      case RoomChange.ForgetInvites(var user) -> users.forgetStripped(user);
      case RoomChange.AwaitKey awaited -> staged.await(awaited, position);
      case RoomChange.KeyAwaitedNoMore(var roomId, var event) -> staged.awaitNoMore(roomId, event);
      case RoomChange.CloseGap(var key, var missing) -> room(key).gaps.remove(missing);
      case RoomChange.SetRemoteMembership membership -> users.remote(membership, position);
      case RoomChange.StageEvent event -> staged.stage(event, position);
      case RoomChange.UnstageUnchecked(var roomId, var event) ->
          staged.unstageUnchecked(roomId, event);
      case RoomChange.UnstageEvent(var roomId, var event, long at) ->
          staged.unstage(roomId, event, at);
      case RoomChange.RememberInbound answer -> staged.remember(answer);
      case RoomChange.ForgetTransactions(long beforeMs) -> {
        staged.forget(beforeMs);
        for (var room : rooms.values())
          room.transactions.values().removeIf(sent -> sent.atMs() < beforeMs);
      }
    }
  }

  MemoryRoom room(RoomKey key) {
    var room = byNumber.get(key.number());
    if (room == null) throw new IllegalStateException("No such room: " + key.id());
    return room;
  }

  // Reading.

  /// Empty for a room that is being made.
  MemoryRoom rows(RoomKey key) {
    return byNumber.getOrDefault(key.number(), new MemoryRoom(key));
  }

  /// Rooms that are known, by id.
  public List<RoomId> known() {
    return atOnce(() -> List.copyOf(rooms.keySet()));
  }

  /// Everything that a room has, also what was rejected, in the order of arrival.
  public List<RoomEvent> events(RoomId roomId) {
    return atOnce(
        () ->
            Optional.ofNullable(rooms.get(roomId))
                .map(room -> List.copyOf(room.events.values()))
                .orElse(List.of()));
  }

  /// Name of the rule by which an event was rejected or soft-failed.
  public Optional<String> refusal(RoomId roomId, EventId event) {
    return atOnce(
        () -> Optional.ofNullable(rooms.get(roomId)).map(room -> room.refusals.get(event)));
  }

  @Override
  public Optional<RoomRow> room(RoomId roomId) {
    return atOnce(() -> Optional.ofNullable(rooms.get(roomId)).map(MemoryRooms::row));
  }

  private static RoomRow row(MemoryRoom room) {
    return new RoomRow(
        room.key,
        room.heads,
        room.root,
        room.position,
        room.events.isEmpty() ? 0 : room.events.lastKey(),
        room.keysAt.isEmpty() ? -1 : room.keysAt.lastKey(),
        room.groups.isEmpty() ? 0 : room.groups.lastKey());
  }

  @Override
  public List<OccupantCount> occupants(RoomKey room) {
    return atOnce(
        () -> {
          var counts = new ArrayList<OccupantCount>();
          rows(room)
              .members
              .forEach(
                  (user, membership) ->
                      counts.add(new OccupantCount(user.serverName(), membership, 1)));
          return counts;
        });
  }

  @Override
  public List<RoomEvent> events(RoomKey room, Collection<Integer> ordinals) {
    return atOnce(() -> present(rows(room).events, ordinals));
  }

  private static <K, V> List<V> present(Map<K, V> rows, Collection<K> wanted) {
    var found = new ArrayList<V>(wanted.size());
    for (var key : wanted) {
      @Nullable V row = rows.get(key);
      if (row != null) found.add(row);
    }
    return found;
  }

  private static <K, V> Map<K, V> among(Map<K, V> rows, Collection<K> wanted) {
    var found = new HashMap<K, V>();
    for (var key : wanted) {
      @Nullable V row = rows.get(key);
      if (row != null) found.put(key, row);
    }
    return found;
  }

  @Override
  public List<RoomEvent> events(Collection<EventId> ids) {
    return read(
        () -> {
          var found = new ArrayList<RoomEvent>();
          for (var id : ids) {
            var room = places.get(id);
            Integer ordinal = room == null ? null : room.ordinals.get(id);
            if (room != null && ordinal != null)
              found.addAll(present(room.events, List.of(ordinal)));
          }
          return found;
        });
  }

  @Override
  public List<StateNode> nodes(RoomKey room, Collection<Long> ids) {
    return atOnce(
        () ->
            present(rows(room).groups, ids.stream().map(NodeGroup::of).distinct().toList()).stream()
                .flatMap(group -> group.nodes().stream())
                .toList());
  }

  @Override
  public Map<StateKey, Integer> keys(RoomKey room, Collection<StateKey> keys) {
    return read(() -> among(rows(room).keys, keys));
  }

  @Override
  public Map<Integer, StateKey> keysAt(RoomKey room, Collection<Integer> ordinals) {
    return read(() -> among(rows(room).keysAt, ordinals));
  }

  @Override
  public Map<StateKey, Integer> keysOfType(RoomKey room, String type) {
    return read(
        () -> {
          var found = new HashMap<StateKey, Integer>();
          rows(room)
              .keys
              .forEach(
                  (key, ordinal) -> {
                    if (key.type().equals(type)) found.put(key, ordinal);
                  });
          return found;
        });
  }

  @Override
  public List<EventLink> links(RoomKey room, int from, int to) {
    return atOnce(
        () ->
            rows(room).events.subMap(from, to).values().stream()
                .map(
                    event ->
                        new EventLink(
                            event.ordinal(),
                            event.authOrdinals(),
                            event.standing() == Standing.REJECTED))
                .toList());
  }

  @Override
  public OptionalLong rootAt(RoomKey room, long position) {
    return read(
        () -> {
          var last = rows(room).positions.floorEntry(position);
          if (last == null) return OptionalLong.empty();
          return present(rows(room).events, List.of(last.getValue())).stream()
              .mapToLong(RoomEvent::roomState)
              .findFirst();
        });
  }

  @Override
  public Optional<EventId> sent(RoomKey room, TransactionId transactionId, long nowMs) {
    return read(
        () -> {
          var sent = rows(room).transactions.get(transactionId);
          if (sent == null) return Optional.empty();
          long key = TransactionKey.of(room, transactionId, sent.atMs());
          return LongStream.of(TransactionKey.recent(room, transactionId, nowMs))
                  .anyMatch(recent -> recent == key)
              ? Optional.of(sent.eventId())
              : Optional.empty();
        });
  }

  @Override
  public void sentHashes(long nowMs, LongConsumer hashes) {
    var found =
        read(
            () ->
                rooms.values().stream()
                    .flatMapToLong(
                        room ->
                            room.transactions.keySet().stream()
                                .mapToLong(id -> TransactionKey.of(room.key, id, nowMs)))
                    .toArray());
    for (long key : found) hashes.accept(TransactionKey.hash(key));
  }

  @Override
  public Map<EventId, List<Integer>> redactionsOf(RoomKey room, Collection<EventId> targets) {
    return read(
        () -> {
          var found = new HashMap<EventId, List<Integer>>();
          among(rows(room).redactions, targets)
              .forEach((target, ordinals) -> found.put(target, List.copyOf(ordinals)));
          return found;
        });
  }

  @Override
  public Named named(RoomKey room, EventId missing) {
    return read(
        () -> {
          var named = rows(room);
          var by = named.gaps.get(missing);
          if (by == null) return Named.BY_NOBODY;
          return present(named.events, by.keySet()).stream()
                  .anyMatch(event -> event.standing() == Standing.ACCEPTED)
              ? Named.BY_ACCEPTED
              : Named.BY_REFUSED;
        });
  }
}
