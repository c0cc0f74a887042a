package org.hearth.storage.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/// What copies leave in the databases they touch, so that no server starts on half a copy, or on
/// both the original and its copy: two servers of one name that go on apart can never be brought
/// together again.
public final class CopyMarks {
  private CopyMarks() {}

  /// Why no server may start on this database; empty if it may.
  public static Optional<String> refusal(Connection connection) throws SQLException {
    if (exists(connection, "copy_state"))
      return Optional.of(
          "it is a copy that is not finished. Run `hearth db copy` again until it says so, or"
              + " restore into an empty database.");
    if (!exists(connection, "moved_database")) return Optional.empty();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT target FROM moved_database")) {
      return Optional.of(
          "it was moved to "
              + (row.next() ? row.getString(1) : "another database")
              + ". Configure that one. To come back to this one instead, drop its table"
              + " moved_database, and never start the other one again.");
    }
  }

  /// No server starts on this database from now on.
  ///
  /// @param target where it went, without its password
  static void moved(Connection connection, String target) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS moved_database");
      statement.execute("CREATE TABLE moved_database (target VARCHAR(1000) NOT NULL PRIMARY KEY)");
    }
    try (var insert = connection.prepareStatement("INSERT INTO moved_database VALUES (?)")) {
      insert.setString(1, target);
      insert.executeUpdate();
    }
  }

  static boolean exists(Connection connection, String table) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA AND LOWER(table_name) = ?")) {
      statement.setString(1, table);
      try (var row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
