package org.hearth.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.hearth.storage.rows.Dialect;

/// What `hearth db stats` shows.
///
/// @param database `H2` or `POSTGRESQL`
/// @param tables the largest first
/// @param events in all rooms
/// @param stateEvents those after which the state of their room is another one
/// @param databaseBytes all that the database takes on the disk; of H2 its file
/// @param journalBytes H2's journal; 0 on PostgreSQL
/// @param lastBatch of the ledger
/// @param lastPosition of the ledger
public record DatabaseStats(
    String database,
    List<TableSize> tables,
    long events,
    long stateEvents,
    long databaseBytes,
    long journalBytes,
    long lastBatch,
    long lastPosition) {

  /// Tables that grow with events.
  private static final String OF_ROOMS = "room_";

  /// Tables that only state makes grow.
  private static final List<String> OF_STATE = List.of("room_key", "room_node");

  /// @param rows as the database estimates them
  /// @param bytes on PostgreSQL with indexes. H2 knows only how much of its file the rows
  ///   themselves take; what remains of the file are indexes and space to be used again
  public record TableSize(String name, long rows, long bytes) {}

  private static final String H2 =
      """
      SELECT LOWER(TABLE_NAME), ROW_COUNT_ESTIMATE, DISK_SPACE_USED('"' || TABLE_NAME || '"')
      FROM INFORMATION_SCHEMA.TABLES
      WHERE TABLE_SCHEMA = 'PUBLIC' AND TABLE_TYPE = 'BASE TABLE'
      """;

  private static final String POSTGRESQL =
      """
      SELECT relname, GREATEST(reltuples, 0)::BIGINT, pg_total_relation_size(oid) FROM pg_class
      WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = CURRENT_SCHEMA())
      """;

  private static final String EVENTS =
      """
      SELECT COUNT(*), COUNT(CASE WHEN state_before <> state_after THEN 1 END) FROM room_event
      """;

  /// Counts events, and has H2 look at each of its pages.
  public static DatabaseStats of(Database database) {
    var sql = database.dialect() == Dialect.H2 ? H2 : POSTGRESQL;
    return database.longSnapshot(
        connection -> {
          var resume = StoredBatches.read(connection).resume();
          long[] events = events(connection);
          return new DatabaseStats(
              database.dialect().name(),
              tables(connection, sql),
              events[0],
              events[1],
              databaseBytes(connection, database),
              journalBytes(database),
              resume.lastBatch(),
              resume.lastPosition());
        });
  }

  private static long[] events(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(EVENTS)) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2)};
    }
  }

  private static List<TableSize> tables(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      var tables = new ArrayList<TableSize>();
      while (row.next())
        tables.add(new TableSize(row.getString(1), row.getLong(2), row.getLong(3)));
      tables.sort(
          Comparator.comparingLong(TableSize::bytes).reversed().thenComparing(TableSize::name));
      return List.copyOf(tables);
    }
  }

  private static long databaseBytes(Connection connection, Database database) throws SQLException {
    try {
      var directory = database.directory();
      if (directory.isPresent())
        return Files.size(new H2Files(directory.get(), Disk.REAL, 0).database());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_database_size(CURRENT_DATABASE())")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long journalBytes(Database database) {
    var directory = database.directory();
    if (directory.isEmpty()) return 0;
    try (var files = Files.list(new H2Files(directory.get(), Disk.REAL, 0).journal())) {
      long bytes = 0;
      for (Path file : files.toList()) if (Files.exists(file)) bytes += Files.size(file);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What rooms take, for each of their events: state included.
  public double bytesPerEvent() {
    return events == 0 ? 0 : (double) bytesOf(true) / events;
  }

  /// What state takes, for each event that changed it.
  public double stateBytesPerStateEvent() {
    return stateEvents == 0 ? 0 : (double) bytesOf(false) / stateEvents;
  }

  private long bytesOf(boolean rooms) {
    return tables.stream()
        .filter(
            table -> rooms ? table.name().startsWith(OF_ROOMS) : OF_STATE.contains(table.name()))
        .mapToLong(TableSize::bytes)
        .sum();
  }
}
