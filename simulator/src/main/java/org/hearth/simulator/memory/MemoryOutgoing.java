package org.hearth.simulator.memory;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.room.OutgoingStore;
import org.hearth.schemas.id.ServerName;

/// Reads what other servers must be told.
record MemoryOutgoing(MemoryRooms rows) implements OutgoingStore {

  @Override
  public List<Row> outgoing(long after, long upTo, int limit) {
    return outgoing(Optional.empty(), after, upTo, limit);
  }

  @Override
  public List<Row> outgoing(ServerName server, long after, long upTo, int limit) {
    return outgoing(Optional.of(server), after, upTo, limit);
  }

  private List<Row> outgoing(Optional<ServerName> wanted, long after, long upTo, int limit) {
    return rows.read(
        () ->
            rows.outgoing.tailMap(after, false).entrySet().stream()
                .takeWhile(entry -> entry.getKey() <= upTo)
                .map(
                    entry -> {
                      var event = entry.getValue().event();
                      var servers = present(rows.room(event.room()), entry.getKey());
                      return new Row(entry.getKey(), event.room(), event.ordinal(), servers);
                    })
                .filter(row -> wanted.map(row.servers()::contains).orElse(true))
                .limit(limit)
                .toList());
  }

  private static Set<ServerName> present(MemoryRoom room, long position) {
    var present = new TreeSet<ServerName>();
    room.servers.forEach(
        (server, intervals) -> {
          if (intervals.values().stream().anyMatch(interval -> interval.covers(position)))
            present.add(server);
        });
    return present;
  }
}
