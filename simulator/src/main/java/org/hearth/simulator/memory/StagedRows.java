package org.hearth.simulator.memory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hearth.engine.room.RoomChange;
import org.hearth.engine.room.StagingStore.Staged;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Rows of other servers' events that wait, and of what their transactions were answered.
final class StagedRows {
  record Transaction(ServerName origin, String id) {}

  record Answer(byte[] answer, long atMs) {}

  record Place(RoomId room, EventId event) {}

  record Await(long position, ServerName origin, ServerName server) {}

  final Map<Place, Await> awaited = new LinkedHashMap<>();
  final TreeMap<RoomId, TreeMap<Long, Staged>> rooms = new TreeMap<>();
  final Map<Transaction, Answer> answers = new HashMap<>();
  private final Map<RoomId, Set<EventId>> ids = new HashMap<>();

  void stage(RoomChange.StageEvent event, long position) {
    if (!ids.computeIfAbsent(event.room(), _ -> new HashSet<>()).add(event.eventId())) return;
    rooms
        .computeIfAbsent(event.room(), _ -> new TreeMap<>())
        .put(
            position,
            new Staged(
                event.room(),
                event.eventId(),
                event.origin(),
                event.pdu(),
                position,
                event.receivedMs()));
  }

  void unstage(RoomId room, EventId event, long position) {
    var rows = rooms.getOrDefault(room, new TreeMap<>());
    var row = rows.get(position);
    if (row == null || !row.eventId().equals(event)) return;
    rows.remove(position);
    if (rows.isEmpty()) rooms.remove(room);
    ids.getOrDefault(room, new HashSet<>()).remove(event);
  }

  void unstageUnchecked(RoomId room, EventId event) {
    if (!awaited.containsKey(new Place(room, event))) return;
    rooms.getOrDefault(room, new TreeMap<>()).values().stream()
        .filter(row -> row.eventId().equals(event))
        .findFirst()
        .ifPresent(row -> unstage(room, event, row.position()));
  }

  void await(RoomChange.AwaitKey key, long position) {
    awaited.putIfAbsent(
        new Place(key.room(), key.eventId()), new Await(position, key.origin(), key.server()));
  }

  void awaitNoMore(RoomId room, EventId event) {
    awaited.remove(new Place(room, event));
  }

  void remember(RoomChange.RememberInbound answer) {
    answers.put(
        new Transaction(answer.origin(), answer.transactionId()),
        new Answer(answer.answer(), answer.atMs()));
  }

  void forget(long beforeMs) {
    answers.values().removeIf(answer -> answer.atMs() < beforeMs);
  }
}
