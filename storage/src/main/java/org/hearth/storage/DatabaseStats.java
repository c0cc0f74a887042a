package org.hearth.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What `hearth db stats` shows.
///
/// @param tables the largest first
/// @param lastBatch of the ledger
/// @param lastPosition of the ledger
public record DatabaseStats(List<TableSize> tables, long lastBatch, long lastPosition) {

  /// @param rows as the database estimates them
  /// @param bytes with indexes; of H2 only the whole file's size is known, so 0
  public record TableSize(String name, long rows, long bytes) {}

  private static final String H2 =
      """
      SELECT LOWER(TABLE_NAME), ROW_COUNT_ESTIMATE, 0 FROM INFORMATION_SCHEMA.TABLES
      WHERE TABLE_SCHEMA = 'PUBLIC' AND TABLE_TYPE = 'BASE TABLE' ORDER BY 2 DESC, 1
      """;

  private static final String POSTGRESQL =
      """
      SELECT relname, GREATEST(reltuples, 0)::BIGINT, pg_total_relation_size(oid) FROM pg_class
      WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = CURRENT_SCHEMA())
      ORDER BY 3 DESC, 1
      """;

  /// Quick on large databases: nothing is counted.
  public static DatabaseStats of(Database database) {
    var sql =
        switch (database.dialect()) {
          case H2 -> H2;
          case POSTGRESQL -> POSTGRESQL;
        };
    return database.jdbc(
        connection -> {
          var resume = StoredBatches.read(connection).resume();
          return new DatabaseStats(
              tables(connection, sql), resume.lastBatch(), resume.lastPosition());
        });
  }

  private static List<TableSize> tables(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      var tables = new ArrayList<TableSize>();
      while (row.next())
        tables.add(new TableSize(row.getString(1), row.getLong(2), row.getLong(3)));
      return List.copyOf(tables);
    }
  }
}
