package org.hearth.storage;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hearth.storage.rows.Dialect;
import org.hearth.storage.rows.RowBatch;
import org.hearth.storage.rows.RowWrite;
import org.jspecify.annotations.Nullable;

/// Prepared statements of the one writing connection, by their SQL; bounded.
final class JdbcStatements {
  private static final int KEPT = 512;

  private static final class Prepared {
    final PreparedStatement statement;

    /// The JDBC type last seen at each parameter: a null is sent as that type, so that the driver
    /// keeps its server-side statement.
    final int[] types;

    Prepared(PreparedStatement statement, int parameters) {
      this.statement = statement;
      types = new int[parameters];
      Arrays.fill(types, Types.NULL);
    }
  }

  private final Connection connection;
  private final Dialect dialect;
  private final int timeoutSeconds;
  private final Map<RowWrite, String> texts = new IdentityHashMap<>();
  private final LinkedHashMap<String, Prepared> prepared = new LinkedHashMap<>(64, 0.75f, true);

  JdbcStatements(Connection connection, Dialect dialect, int timeoutSeconds) {
    this.connection = connection;
    this.dialect = dialect;
    this.timeoutSeconds = timeoutSeconds;
  }

  String text(RowWrite write) {
    return texts.computeIfAbsent(write, dialect::sql);
  }

  void execute(RowBatch batch) throws SQLException {
    for (var group : batch.groups()) execute(text(group.write()), group.rows());
  }

  void execute(String sql, List<@Nullable Object[]> rows) throws SQLException {
    var statement = prepare(sql, rows.getFirst().length);
    if (rows.size() == 1) {
      bind(statement, rows.getFirst());
      statement.statement.executeUpdate();
      return;
    }
    try {
      for (var row : rows) {
        bind(statement, row);
        statement.statement.addBatch();
      }
      statement.statement.executeBatch();
    } finally {
      statement.statement.clearBatch();
    }
  }

  private Prepared prepare(String sql, int parameters) throws SQLException {
    var known = prepared.get(sql);
    if (known != null) return known;
    if (prepared.size() >= KEPT) prepared.pollFirstEntry().getValue().statement.close();
    var made = new Prepared(connection.prepareStatement(sql), parameters);
    made.statement.setQueryTimeout(timeoutSeconds);
    prepared.put(sql, made);
    return made;
  }

  private static void bind(Prepared prepared, @Nullable Object[] row) throws SQLException {
    var statement = prepared.statement;
    for (int i = 0; i < row.length; i++) {
      int at = i + 1;
      switch (row[i]) {
        case null -> statement.setNull(at, prepared.types[i]);
        case Long value -> {
          prepared.types[i] = Types.BIGINT;
          statement.setLong(at, value);
        }
        case Integer value -> {
          prepared.types[i] = Types.INTEGER;
          statement.setInt(at, value);
        }
        case String value -> {
          prepared.types[i] = Types.VARCHAR;
          statement.setString(at, value);
        }
        case byte[] value -> {
          prepared.types[i] = Types.VARBINARY;
          statement.setBytes(at, value);
        }
        case Boolean value -> {
          prepared.types[i] = Types.BOOLEAN;
          statement.setBoolean(at, value);
        }
        default ->
            throw new IllegalArgumentException(
                "No column holds " + row[i].getClass().getName() + ".");
      }
    }
  }
}
