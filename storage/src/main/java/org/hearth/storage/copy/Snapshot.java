package org.hearth.storage.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.hearth.storage.rows.Dialect;
import org.jspecify.annotations.Nullable;

/// One state of a whole database, for as long as its transaction lasts. The writer goes on
/// meanwhile.
public final class Snapshot {

  /// How many rows PostgreSQL sends at a time. H2 gives them one by one.
  private static final int FETCHED = 500;

  private final Connection connection;
  private final Dialect dialect;
  private final List<TableShape> tables;
  private final long batch;
  private final long position;

  /// @param connection in a transaction that sees one state, and without a limit of time
  public Snapshot(Connection connection, Dialect dialect) throws SQLException {
    this.connection = connection;
    this.dialect = dialect;
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT MAX(id), MAX(last_position) FROM ledger_batch")) {
      row.next();
      batch = row.getLong(1);
      position = row.getLong(2);
    }
    tables = TableShape.of(connection);
  }

  public List<TableShape> tables() {
    return tables;
  }

  /// The last batch of the ledger in this state.
  public long batch() {
    return batch;
  }

  /// The last position of the ledger in this state.
  public long position() {
    return position;
  }

  /// Reads a whole table in an order that stays the same: H2 in the order in which rows came, since
  /// that is how they lie in its file, PostgreSQL in that of the key.
  public TableDigest.Total read(TableShape table, Consumer<RowChunk> chunks) throws SQLException {
    var digest = new TableDigest();
    var cutter = new RowChunk.Cutter(chunks);
    var order =
        dialect == Dialect.H2
            ? ""
            : " ORDER BY " + table.key().stream().collect(Collectors.joining(", "));
    try (var statement =
        connection.prepareStatement(
            "SELECT " + table.columnNames() + " FROM " + table.name() + order)) {
      statement.setFetchSize(FETCHED);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          byte[] bytes = RowCodec.encode(row, table.columns());
          cutter.add(bytes, digest.add(bytes));
        }
      }
    }
    cutter.cut();
    return digest.total();
  }

  /// Counts and hashes a table.
  public TableDigest.Total digest(TableShape table) throws SQLException {
    return read(table, _ -> {});
  }

  /// How many rows there are to read, for showing progress.
  public long rows() throws SQLException {
    long rows = 0;
    for (var table : tables) rows += number("SELECT COUNT(*) FROM " + table.name());
    return rows;
  }

  private long number(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /// The files that rows of media name.
  public List<String> mediaFiles() throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT DISTINCT file FROM media WHERE file IS NOT NULL ORDER BY file")) {
      var files = new java.util.ArrayList<String>();
      while (row.next()) files.add(row.getString(1));
      return List.copyOf(files);
    }
  }

  /// Tells this database from others: when its first key was made. Null before that.
  public @Nullable String identity() throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT created_ms FROM sealing_key WHERE scope = 'canary' ORDER BY epoch LIMIT 1")) {
      return row.next() ? Long.toString(row.getLong(1)) : null;
    }
  }
}
