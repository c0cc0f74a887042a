package org.hearth.storage;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.engine.room.state.StateNode;

/// Migration 0202: a row of `room_node` holds a group of state nodes instead of one, and its `id`
/// is the group's number. Each old node becomes a group of its own with the same number; whatever
/// named a node by its id names the first place of that group.
final class GroupStateNodes implements JavaMigration {
  private static final int PLACES = 64;
  private static final int WIDTH = 32;
  private static final int AT_A_TIME = 1000;

  @Override
  public MigrationVersion getVersion() {
    return MigrationVersion.fromVersion("0202");
  }

  @Override
  public String getDescription() {
    return "group state nodes";
  }

  @Override
  public Integer getChecksum() {
    return 1;
  }

  @Override
  public boolean canExecuteInTransaction() {
    return true;
  }

  @Override
  public void migrate(Context context) throws SQLException {
    var connection = context.getConnection();
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE room_event SET state_before = state_before * 64, state_after = state_after * 64,"
              + " room_state = room_state * 64");
      statement.executeUpdate("UPDATE room_head SET root = root * 64");
    }
    try (var rooms =
            connection.prepareStatement("SELECT DISTINCT room FROM room_node ORDER BY room");
        var row = rooms.executeQuery()) {
      while (row.next()) room(connection, row.getLong(1));
    }
  }

  private static void room(Connection connection, long room) throws SQLException {
    long last = -1;
    while (true) {
      long next = portion(connection, room, last);
      if (next == last) return;
      last = next;
    }
  }

  /// Answers the last id that was converted; the same as `after` if there was none.
  private static long portion(Connection connection, long room, long after) throws SQLException {
    long last = after;
    try (var select =
            connection.prepareStatement(
                "SELECT id, node FROM room_node WHERE room = ? AND id > ? ORDER BY room, id LIMIT "
                    + AT_A_TIME);
        var update =
            connection.prepareStatement(
                "UPDATE room_node SET node = ? WHERE room = ? AND id = ?")) {
      select.setLong(1, room);
      select.setLong(2, after);
      try (var row = select.executeQuery()) {
        while (row.next()) {
          last = row.getLong(1);
          update.setBytes(1, group(last, row.getBytes(2)));
          update.setLong(2, room);
          update.setLong(3, last);
          update.addBatch();
        }
      }
      if (last != after) update.executeBatch();
    }
    return last;
  }

  /// The old form: level, 32 bits that say which slots are taken, their values as variable-length
  /// numbers.
  private static byte[] group(long number, byte[] old) {
    var bytes = ByteBuffer.wrap(old);
    int level = bytes.get();
    int taken = bytes.getInt();
    var slots = new long[WIDTH];
    for (int slot = 0; slot < WIDTH; slot++) {
      if ((taken & 1 << slot) == 0) continue;
      long value = number(bytes);
      slots[slot] = level == 0 ? value : value * PLACES;
    }
    return new NodeGroup(number, List.of(StateNode.of(number * PLACES, level, slots))).encode();
  }

  private static long number(ByteBuffer bytes) {
    long value = 0;
    int shift = 0;
    byte next;
    do {
      next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }
}
