package org.hearth.storage.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.hearth.engine.room.RoomKey;

/// Where a room stands, as its last live event says.
///
/// @param heads ordinals of the forward extremities; empty before the first live event
/// @param root of the current state
/// @param position of the last live event
/// @param lastOrdinal greatest of all events
record RoomStanding(List<Integer> heads, long root, long position, int lastOrdinal) {
  /// H2 counts through a whole room for a maximum, but not for the first row in the order of an
  /// index.
  private static final String LAST_LIVE =
      "SELECT heads, room_state, position, ordinal FROM room_event WHERE room = ? AND position > 0"
          + " ORDER BY room DESC, position DESC LIMIT 1";

  private static final String LAST_EVENT =
      "SELECT ordinal FROM room_event WHERE room = ? ORDER BY room DESC, ordinal DESC LIMIT 1";

  static RoomStanding of(Connection connection, RoomKey room) throws SQLException {
    int lastOrdinal = (int) last(connection, LAST_EVENT, room, 0);
    try (var query = connection.prepareStatement(LAST_LIVE)) {
      query.setLong(1, room.number());
      try (var row = query.executeQuery()) {
        if (!row.next()) return new RoomStanding(List.of(), 0, 0, lastOrdinal);
        var heads = row.getBytes(1);
        return new RoomStanding(
            // Not written where the event was the only head.
            heads == null ? List.of(row.getInt(4)) : EventCodec.ordinals(heads),
            row.getLong(2),
            row.getLong(3),
            lastOrdinal);
      }
    }
  }

  /// The number in the first row.
  ///
  /// @param sql with the room as its only parameter
  static long last(Connection connection, String sql, RoomKey room, long none) throws SQLException {
    try (var query = connection.prepareStatement(sql)) {
      query.setLong(1, room.number());
      try (var row = query.executeQuery()) {
        return row.next() ? row.getLong(1) : none;
      }
    }
  }
}
