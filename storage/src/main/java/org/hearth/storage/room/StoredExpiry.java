package org.hearth.storage.room;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.engine.expiry.ExpiryStore;
import org.hearth.engine.expiry.Lifetimes;
import org.hearth.engine.expiry.SelfDestruct;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.storage.Database;

/// Reads what will not stay.
public final class StoredExpiry implements ExpiryStore {
  private static final String BURNABLE =
      "SELECT x.room, x.ordinal, x.event_id, r.room_id, x.after_read_ms FROM event_expiry x"
          + " LEFT JOIN room r ON r.number = x.room WHERE ";
  private static final String DUE = BURNABLE + "x.due_ms <= ? ORDER BY x.due_ms LIMIT ?";
  private static final String UNREAD =
      BURNABLE
          + "x.due_ms = ? AND (x.room > ? OR x.room = ? AND x.ordinal > ?)"
          + " ORDER BY x.room, x.ordinal LIMIT ?";
  private static final String ALL_ROOMS =
      "SELECT r.number, r.room_id FROM room r WHERE r.number > ? ORDER BY r.number LIMIT ?";
  private static final String ROOMS =
      "SELECT r.number, r.room_id FROM room r JOIN room_key k ON k.room = r.number AND k.name = ?"
          + " WHERE r.number > ? ORDER BY r.number LIMIT ?";
  private static final String AGED =
      "SELECT ordinal, origin_ms FROM room_event WHERE room = ? AND origin_ms >= ?"
          + " AND origin_ms <= ? AND (origin_ms > ? OR ordinal > ?) AND sealed IS NOT NULL"
          + " ORDER BY room, origin_ms, ordinal LIMIT ?";

  private final Database database;

  public StoredExpiry(Database database) {
    this.database = database;
  }

  @FunctionalInterface
  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  @FunctionalInterface
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> list(String sql, Parameters parameters, Row<T> each) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<T>();
          try (var query = connection.prepareStatement(sql)) {
            parameters.set(query);
            try (var row = query.executeQuery()) {
              while (row.next()) found.add(each.read(row));
            }
          }
          return found;
        });
  }

  private static Burnable burnable(ResultSet row) throws SQLException {
    return new Burnable(
        row.getLong(1),
        row.getInt(2),
        new EventId(row.getString(3)),
        Optional.ofNullable(row.getString(4)).map(RoomId::new),
        row.getLong(5));
  }

  @Override
  public List<Burnable> due(long nowMs, int limit) {
    return list(
        DUE,
        query -> {
          query.setLong(1, nowMs);
          query.setInt(2, limit);
        },
        StoredExpiry::burnable);
  }

  @Override
  public List<Burnable> unread(long afterRoom, int afterOrdinal, int limit) {
    return list(
        UNREAD,
        query -> {
          query.setLong(1, SelfDestruct.WHEN_READ);
          query.setLong(2, afterRoom);
          query.setLong(3, afterRoom);
          query.setInt(4, afterOrdinal);
          query.setInt(5, limit);
        },
        StoredExpiry::burnable);
  }

  @Override
  public List<Candidate> rooms(long after, boolean all, int limit) {
    return list(
        all ? ALL_ROOMS : ROOMS,
        query -> {
          int at = 1;
          if (!all) query.setBytes(at++, EventCodec.name(Lifetimes.RETENTION));
          query.setLong(at++, after);
          query.setInt(at, limit);
        },
        row -> new Candidate(row.getLong(1), new RoomId(row.getString(2))));
  }

  @Override
  public List<Aged> aged(long room, Aged after, long upToMs, int limit) {
    return list(
        AGED,
        query -> {
          query.setLong(1, room);
          query.setLong(2, after.originMs());
          query.setLong(3, upToMs);
          query.setLong(4, after.originMs());
          query.setInt(5, after.ordinal());
          query.setInt(6, limit);
        },
        row -> new Aged(row.getInt(1), row.getLong(2)));
  }
}
