package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import org.flywaydb.core.Flyway;
import org.hearth.storage.rows.Dialect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// V0230 moves the heads of each room to its last live event.
class LeanEventsMigrationTest {
  private static final String EVENT =
      "INSERT INTO room_event (room, ordinal, event_id, position, standing, depth, origin_ms, state_before,"
          + " state_after, room_state, auth, redacted_by, clear) VALUES (%d, %d, '$%d-%d', %d, 0, 1, 1, 1, 1, 1, %s, 0, %s)";

  @TempDir Path directory;

  @Test
  void movesHeadsOnH2() throws SQLException {
    movesHeads("jdbc:h2:" + directory.resolve("migrated"), "hearth", "", Dialect.H2, "X'00000002'");
  }

  @Test
  void movesHeadsOnPostgres() throws SQLException {
    var postgres = (DatabaseSettings.PostgreSql) Databases.postgres().location();
    movesHeads(
        postgres.url(),
        postgres.user(),
        postgres.password(),
        Dialect.POSTGRESQL,
        "'\\x00000002'::bytea");
  }

  private static void movesHeads(
      String url, String user, String password, Dialect dialect, String bytes) throws SQLException {
    migrate(url, user, password, dialect, "0201");
    try (var connection = DriverManager.getConnection(url, user, password);
        var statement = connection.createStatement()) {
      for (int room : new int[] {1, 2}) {
        statement.execute("INSERT INTO room VALUES (%d, '!%d', '12')".formatted(room, room));
        for (int ordinal : new int[] {1, 2, 3})
          statement.execute(
              EVENT.formatted(
                  room, ordinal, room, ordinal, ordinal == 3 ? 0 : 10 * ordinal, bytes, bytes));
      }
      statement.execute("INSERT INTO room_head VALUES (1, %s, 7, 20)".formatted(bytes));
    }

    migrate(url, user, password, dialect, "latest");

    try (var connection = DriverManager.getConnection(url, user, password)) {
      assertThat(heads(connection, 1, 2)).isEqualTo("00000002");
      assertThat(heads(connection, 1, 1)).as("not the last").isNull();
      assertThat(heads(connection, 1, 3)).as("not live").isNull();
      assertThat(heads(connection, 2, 2)).as("a room without heads").isNull();
    }
  }

  private static void migrate(
      String url, String user, String password, Dialect dialect, String target) {
    Flyway.configure()
        .dataSource(url, user, password)
        .locations("classpath:org/hearth/storage/migration")
        .placeholders(dialect.placeholders())
        .outOfOrder(true)
        .target(target)
        .load()
        .migrate();
  }

  private static String heads(Connection connection, int room, int ordinal) throws SQLException {
    try (var query =
        connection.prepareStatement(
            "SELECT heads FROM room_event WHERE room = ? AND ordinal = ?")) {
      query.setInt(1, room);
      query.setInt(2, ordinal);
      try (var row = query.executeQuery()) {
        row.next();
        var heads = row.getBytes(1);
        return heads == null ? null : HexFormat.of().formatHex(heads);
      }
    }
  }
}
