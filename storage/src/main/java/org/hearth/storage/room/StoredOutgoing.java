package org.hearth.storage.room;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.engine.room.OutgoingStore;
import org.hearth.engine.room.RoomKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.Database;

/// What other servers must be told.
public final class StoredOutgoing implements OutgoingStore {
  private static final String ALL =
      "SELECT position, room, ordinal FROM room_outgoing WHERE position > ? AND position <= ?"
          + " ORDER BY position LIMIT ?";
  private static final String FOR_ONE =
      "SELECT o.position, o.room, o.ordinal FROM room_server s JOIN room_outgoing o ON o.room = s.room"
          + " AND o.position >= s.since AND o.position <= s.until"
          + " WHERE s.server = ? AND o.position > ? AND o.position <= ? ORDER BY o.position LIMIT ?";
  private static final String SERVERS =
      "SELECT s.server FROM room_server s WHERE s.room = ? AND s.since <= ? AND s.until >= ?";

  private final Database database;

  public StoredOutgoing(Database database) {
    this.database = database;
  }

  @FunctionalInterface
  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  @Override
  public List<Row> outgoing(long after, long upTo, int limit) {
    return read(
        ALL,
        query -> {
          query.setLong(1, after);
          query.setLong(2, upTo);
          query.setInt(3, limit);
        });
  }

  @Override
  public List<Row> outgoing(ServerName server, long after, long upTo, int limit) {
    return read(
        FOR_ONE,
        query -> {
          query.setString(1, server.value());
          query.setLong(2, after);
          query.setLong(3, upTo);
          query.setInt(4, limit);
        });
  }

  private record Found(long position, long room, int ordinal) {}

  private List<Row> read(String sql, Parameters parameters) {
    return database.jdbc(
        connection -> {
          // By position: a server that left and came back has two intervals.
          var found = new LinkedHashMap<Long, Found>();
          try (var query = connection.prepareStatement(sql)) {
            parameters.set(query);
            try (var row = query.executeQuery()) {
              while (row.next())
                found.put(row.getLong(1), new Found(row.getLong(1), row.getLong(2), row.getInt(3)));
            }
          }
          var rooms = new LinkedHashMap<Long, RoomKey>();
          EventRows.slices(
              connection,
              "SELECT number, room_id, version FROM room WHERE number IN ",
              new TreeSet<>(found.values().stream().map(Found::room).toList()),
              PreparedStatement::setLong,
              row ->
                  rooms.put(
                      row.getLong(1),
                      new RoomKey(
                          row.getLong(1),
                          new RoomId(row.getString(2)),
                          RoomVersion.parse(row.getString(3)).rules())));
          var rows = new ArrayList<Row>();
          try (var query = connection.prepareStatement(SERVERS)) {
            for (var event : found.values()) {
              var room = rooms.get(event.room());
              if (room != null)
                rows.add(new Row(event.position(), room, event.ordinal(), servers(query, event)));
            }
          }
          return rows;
        });
  }

  private static Set<ServerName> servers(PreparedStatement query, Found event) throws SQLException {
    query.setLong(1, event.room());
    query.setLong(2, event.position());
    query.setLong(3, event.position());
    var servers = new TreeSet<ServerName>();
    try (var row = query.executeQuery()) {
      while (row.next()) servers.add(new ServerName(row.getString(1)));
    }
    return servers;
  }
}
