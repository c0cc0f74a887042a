package org.hearth.storage.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.TransactionId;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.room.RoomVersion;
import org.jspecify.annotations.Nullable;

/// Reads rows of `room_event`, and lists of keys in slices that keep the number of distinct
/// statements small.
final class EventRows {
  /// To be followed by a condition on `e`.
  static final String SELECT =
      "SELECT r.number, r.room_id, r.version, e.ordinal, e.event_id, e.position, e.standing,"
          + " e.state_before, e.state_after, e.room_state, e.auth, e.redacted_by, e.device_id,"
          + " e.transaction_id, e.clear, e.sealed FROM room_event e JOIN room r ON r.number = e.room ";

  private static final Standing[] STANDINGS = Standing.values();
  private static final int[] SLICES = {1, 8, 64, 512};

  private final EventCodec codec;

  EventRows(EventCodec codec) {
    this.codec = codec;
  }

  RoomEvent event(ResultSet row) throws SQLException {
    var version = RoomVersion.parse(row.getString(3));
    var room = new RoomKey(row.getLong(1), new RoomId(row.getString(2)), version.rules());
    int redactedBy = row.getInt(12);
    var event =
        codec.event(
            room.id(),
            room.rules(),
            new EventId(row.getString(5)),
            row.getBytes(15),
            row.getBytes(16),
            redactedBy != 0);
    var device = row.getString(13);
    return new RoomEvent(
        room,
        row.getInt(4),
        event,
        row.getLong(6),
        STANDINGS[row.getInt(7)],
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        EventCodec.ordinals(row.getBytes(11)),
        redactedBy,
        device == null ? null : new TransactionId(event.sender(), device, row.getString(14)));
  }

  List<RoomEvent> events(PreparedStatement query) throws SQLException {
    var events = new ArrayList<RoomEvent>();
    try (var row = query.executeQuery()) {
      while (row.next()) events.add(event(row));
    }
    return events;
  }

  /// Binds one value of a list.
  @FunctionalInterface
  interface Binder<T> {
    void bind(PreparedStatement query, int index, T value) throws SQLException;
  }

  @FunctionalInterface
  interface Reader {
    void read(ResultSet row) throws SQLException;
  }

  /// Runs the query for all values, a slice at a time.
  ///
  /// @param sql ends with `column IN `
  static <T> void slices(
      Connection connection, String sql, Collection<T> values, Binder<T> binder, Reader reader)
      throws SQLException {
    slices(connection, sql, null, values, binder, reader);
  }

  /// The same within one room.
  ///
  /// @param sql ends with `(room, column) IN `: H2 uses an index on both for pairs, but would read
  ///   the whole room for `room = ? AND column IN`
  static <T> void slices(
      Connection connection,
      String sql,
      @Nullable RoomKey room,
      Collection<T> values,
      Binder<T> binder,
      Reader reader)
      throws SQLException {
    var rest = List.copyOf(values);
    while (!rest.isEmpty()) {
      int slice = slice(rest.size());
      var now = rest.subList(0, Math.min(slice, rest.size()));
      rest = rest.subList(now.size(), rest.size());
      try (var query =
          connection.prepareStatement(sql + marks(slice, room == null ? "?" : "(?, ?)"))) {
        int index = 1;
        // A slice that is not full repeats its last value.
        for (int i = 0; i < slice; i++) {
          if (room != null) query.setLong(index++, room.number());
          binder.bind(query, index++, now.get(Math.min(i, now.size() - 1)));
        }
        try (var row = query.executeQuery()) {
          while (row.next()) reader.read(row);
        }
      }
    }
  }

  private static int slice(int size) {
    for (int slice : SLICES) if (size <= slice) return slice;
    return SLICES[SLICES.length - 1];
  }

  private static String marks(int count, String mark) {
    return "(" + String.join(", ", Collections.nCopies(count, mark)) + ")";
  }
}
