package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.engine.room.state.StateNode;
import org.hearth.engine.room.state.StateTree;
import org.hearth.storage.rows.Dialect;
import org.junit.jupiter.api.Test;

/// Migration 0202 on a room that was stored before it.
class GroupStateNodesTest {

  @Test
  void statesStayWhatTheyAreOnH2() throws Exception {
    statesStay("jdbc:h2:mem:grouping;DB_CLOSE_DELAY=-1", "", "", Dialect.H2);
  }

  @Test
  void statesStayWhatTheyAreOnPostgres() throws Exception {
    var postgres = (DatabaseSettings.PostgreSql) Databases.postgres().location();
    statesStay(postgres.url(), postgres.user(), postgres.password(), Dialect.POSTGRESQL);
  }

  private static void statesStay(String url, String user, String password, Dialect dialect)
      throws SQLException {
    migrate(url, user, password, dialect, "0201");
    try (var connection = DriverManager.getConnection(url, user, password)) {
      // Keys 0 and 1, and 40: two leaves under one root.
      node(connection, 5, 0, 1 << 0 | 1 << 1, 7, 300);
      node(connection, 6, 0, 1 << 8, 9);
      node(connection, 7, 1, 1 << 0 | 1 << 1, 5, 6);
      try (var statement = connection.createStatement()) {
        statement.execute(
            "INSERT INTO room_event (room, ordinal, event_id, position, standing, depth, origin_ms,"
                + " state_before, state_after, room_state, auth, redacted_by, clear)"
                + " VALUES (1, 1, '$a', 1, 0, 1, 1, 0, 5, 7, '', 0, '')");
        statement.execute(
            "INSERT INTO room_head (room, heads, root, position) VALUES (1, '', 7, 1)");
      }
    }

    migrate(url, user, password, dialect, "0202");

    try (var connection = DriverManager.getConnection(url, user, password)) {
      var nodes = nodes(connection);
      assertThat(entries(nodes, number(connection, "SELECT root FROM room_head")))
          .isEqualTo(Map.of(0, 7, 1, 300, 40, 9));
      assertThat(entries(nodes, number(connection, "SELECT room_state FROM room_event")))
          .isEqualTo(Map.of(0, 7, 1, 300, 40, 9));
      assertThat(entries(nodes, number(connection, "SELECT state_after FROM room_event")))
          .isEqualTo(Map.of(0, 7, 1, 300));
      assertThat(number(connection, "SELECT state_before FROM room_event")).isZero();
    }
  }

  private static void migrate(
      String url, String user, String password, Dialect dialect, String target) {
    Flyway.configure()
        .dataSource(url, user, password)
        .locations("classpath:org/hearth/storage/migration")
        .javaMigrations(new GroupStateNodes())
        .placeholders(dialect.placeholders())
        .target(target)
        .load()
        .migrate();
  }

  /// In the form of before.
  private static void node(Connection connection, long id, int level, int taken, int... values)
      throws SQLException {
    var bytes = ByteBuffer.allocate(64).put((byte) level).putInt(taken);
    for (int value : values) {
      if (value > 127) bytes.put((byte) (value & 127 | 128)).put((byte) (value >>> 7));
      else bytes.put((byte) value);
    }
    var encoded = new byte[bytes.position()];
    bytes.flip().get(encoded);
    try (var insert =
        connection.prepareStatement("INSERT INTO room_node (room, id, node) VALUES (1, ?, ?)")) {
      insert.setLong(1, id);
      insert.setBytes(2, encoded);
      insert.executeUpdate();
    }
  }

  private static Map<Long, StateNode> nodes(Connection connection) throws SQLException {
    var nodes = new HashMap<Long, StateNode>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT id, node FROM room_node")) {
      while (row.next())
        for (var node : NodeGroup.decode(row.getLong(1), row.getBytes(2)).nodes())
          nodes.put(node.id(), node);
    }
    return nodes;
  }

  private static Map<Integer, Integer> entries(Map<Long, StateNode> nodes, long root) {
    var entries = new TreeMap<Integer, Integer>();
    StateTree.forEach(id -> Objects.requireNonNull(nodes.get(id)), root, entries::put);
    return entries;
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }
}
