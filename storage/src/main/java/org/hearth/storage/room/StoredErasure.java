package org.hearth.storage.room;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.hearth.engine.room.ErasureStore;
import org.hearth.engine.room.RoomKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Who was erased, and who was in a room before.
public final class StoredErasure implements ErasureStore {
  private static final String ERASED = "SELECT erased_at FROM account WHERE user_id = ?";
  private static final String USER =
      "SELECT 1 FROM user_room_change WHERE user_id = ? AND room_id = ? AND position <= ?"
          + " AND membership = 'join' LIMIT 1";
  private static final String SERVER =
      "SELECT 1 FROM room_server WHERE room = ? AND server = ? AND since <= ? LIMIT 1";

  private final Database database;

  public StoredErasure(Database database) {
    this.database = database;
  }

  @FunctionalInterface
  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  /// The first column of the first row; 0 if there is none.
  private long first(String sql, Parameters parameters) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(sql)) {
            parameters.set(query);
            try (var row = query.executeQuery()) {
              return row.next() ? row.getLong(1) : 0L;
            }
          }
        });
  }

  @Override
  public OptionalLong erasedAt(UserId user) {
    long position = first(ERASED, query -> query.setString(1, user.value()));
    return position == 0 ? OptionalLong.empty() : OptionalLong.of(position);
  }

  @Override
  public boolean joinedBy(UserId user, RoomId room, long position) {
    return first(
            USER,
            query -> {
              query.setString(1, user.value());
              query.setString(2, room.value());
              query.setLong(3, position);
            })
        != 0;
  }

  @Override
  public boolean joinedBy(ServerName server, RoomKey room, long position) {
    return first(
            SERVER,
            query -> {
              query.setLong(1, room.number());
              query.setString(2, server.value());
              query.setLong(3, position);
            })
        != 0;
  }
}
