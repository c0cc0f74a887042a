package org.hearth.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Random;
import org.hearth.storage.copy.TableShape;
import org.hearth.storage.copy.TableShape.Column;

/// Fills every table there is with rows that look like nothing in particular: all types, absent
/// values, and texts whose order differs between databases.
final class RandomRows {

  /// The ledger and the keys look after these themselves, and media has files beside its rows.
  private static final List<String> SKIPPED = List.of("ledger_batch", "sealing_key", "media");

  private RandomRows() {}

  static void fill(Database database, long seed, int rows) {
    var random = new Random(seed);
    database.jdbc(
        connection -> {
          connection.setAutoCommit(false);
          for (var table : TableShape.of(connection))
            if (!SKIPPED.contains(table.name())) fill(connection, table, random, rows);
          connection.commit();
          connection.setAutoCommit(true);
          return true;
        });
  }

  /// Fills the tables of an older schema that have no rows yet, with numbers that migrations can
  /// calculate with, and state nodes of the oldest form.
  static void fillEmpty(Connection connection, long seed, int rows) throws SQLException {
    var random = new Random(seed);
    for (var table : TableShape.of(connection))
      if (isEmpty(connection, table.name())) fill(connection, table, random, rows);
    connection.commit();
  }

  private static boolean isEmpty(Connection connection, String table) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT 1 FROM " + table)) {
      return !row.next();
    }
  }

  /// Fills one table.
  static void fill(Database database, String name, long seed, int rows) {
    var random = new Random(seed);
    database.jdbc(
        connection -> {
          connection.setAutoCommit(false);
          for (var table : TableShape.of(connection))
            if (table.name().equals(name)) fill(connection, table, random, rows);
          connection.commit();
          connection.setAutoCommit(true);
          return true;
        });
  }

  /// Changes, adds and removes some rows in every table.
  static void stir(Database database, long seed) {
    fill(database, seed, 7);
    database.jdbc(
        connection -> {
          for (var table : TableShape.of(connection)) {
            if (SKIPPED.contains(table.name())) continue;
            var key = table.key().getFirst();
            try (var statement = connection.createStatement()) {
              statement.executeUpdate(
                  "DELETE FROM %s WHERE %s IN (SELECT MAX(%s) FROM %s)"
                      .formatted(table.name(), key, key, table.name()));
            }
          }
          return true;
        });
  }

  private static void fill(Connection connection, TableShape table, Random random, int rows)
      throws SQLException {
    try (var insert = connection.prepareStatement(table.insert());
        var query =
            connection.prepareStatement(
                "SELECT " + table.columnNames() + " FROM " + table.name())) {
      var meta = query.getMetaData();
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < table.columns().size(); i++)
          bind(insert, i + 1, table.columns().get(i), meta, random);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static void bind(
      PreparedStatement insert, int at, Column column, ResultSetMetaData meta, Random random)
      throws SQLException {
    boolean absent = random.nextInt(3) == 0;
    if (absent && meta.isNullable(at) == ResultSetMetaData.columnNullable) {
      insert.setNull(
          at,
          switch (column.kind()) {
            case LONG -> Types.BIGINT;
            case INTEGER -> Types.INTEGER;
            case BOOLEAN -> Types.BOOLEAN;
            case TEXT -> Types.VARCHAR;
            case BYTES -> Types.VARBINARY;
          });
      return;
    }
    switch (column.kind()) {
      case LONG -> insert.setLong(at, random.nextInt());
      case INTEGER -> insert.setInt(at, random.nextInt());
      case BOOLEAN -> insert.setBoolean(at, random.nextBoolean());
      case TEXT -> {
        int point = List.of(0x41, 0xE9, 0xFF21, 0x1F408).get(random.nextInt(4));
        insert.setString(at, Character.toString(point) + Long.toHexString(random.nextLong()));
      }
      case BYTES -> {
        var bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        // A node without children.
        insert.setBytes(at, column.name().equals("node") ? new byte[5] : bytes);
      }
    }
  }
}
