package org.hearth.simulator.memory;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hearth.engine.room.StagingStore;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Reads other servers' events that wait.
record MemoryStaging(MemoryRooms rows) implements StagingStore {

  @Override
  public List<RoomId> rooms(int limit) {
    return rows.read(() -> rows.staged.rooms.keySet().stream().limit(limit).toList());
  }

  @Override
  public List<Staged> staged(RoomId room, long after, int limit) {
    return rows.read(
        () ->
            rows
                .staged
                .rooms
                .getOrDefault(room, new TreeMap<>())
                .tailMap(after, false)
                .values()
                .stream()
                .limit(limit)
                .toList());
  }

  @Override
  public Set<EventId> awaitingKeys(RoomId room) {
    return rows.read(
        () ->
            rows.staged.awaited.keySet().stream()
                .filter(place -> place.room().equals(room))
                .map(StagedRows.Place::event)
                .collect(Collectors.toSet()));
  }

  @Override
  public AwaitingKeys awaitingKeys(ServerName origin, RoomId room) {
    return rows.read(
        () -> {
          int all = 0;
          int inRoom = 0;
          for (var entry : rows.staged.awaited.entrySet()) {
            if (!entry.getValue().origin().equals(origin)) continue;
            all++;
            if (entry.getKey().room().equals(room)) inRoom++;
          }
          return new AwaitingKeys(all, inRoom);
        });
  }

  @Override
  public List<Awaited> oldestAwaiting(long after, int limit) {
    return rows.read(
        () -> {
          var oldest = new TreeMap<Long, Awaited>();
          var seen = new TreeSet<ServerName>();
          rows.staged.awaited.entrySet().stream()
              .sorted(Comparator.comparingLong(entry -> entry.getValue().position()))
              .filter(entry -> seen.add(entry.getValue().server()))
              .forEach(
                  entry ->
                      rows
                          .staged
                          .rooms
                          .getOrDefault(entry.getKey().room(), new TreeMap<>())
                          .values()
                          .stream()
                          .filter(event -> event.eventId().equals(entry.getKey().event()))
                          .forEach(
                              event ->
                                  oldest.put(
                                      event.position(),
                                      new Awaited(entry.getValue().server(), event))));
          return oldest.tailMap(after, false).values().stream().limit(limit).toList();
        });
  }

  @Override
  public List<RoomId> roomsAwaiting(ServerName server, int limit) {
    return rows.read(
        () ->
            rows.staged.awaited.entrySet().stream()
                .filter(entry -> entry.getValue().server().equals(server))
                .map(entry -> entry.getKey().room())
                .distinct()
                .limit(limit)
                .toList());
  }

  @Override
  public Optional<byte[]> answered(ServerName origin, String transactionId) {
    return rows.read(
        () ->
            Optional.ofNullable(
                    rows.staged.answers.get(new StagedRows.Transaction(origin, transactionId)))
                .map(StagedRows.Answer::answer));
  }
}
