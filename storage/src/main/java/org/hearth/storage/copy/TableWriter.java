package org.hearth.storage.copy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hearth.storage.copy.TableShape.Column;
import org.jspecify.annotations.Nullable;

/// Puts rows into a table of the target and takes them out again, in the transaction of its
/// connection.
public final class TableWriter implements AutoCloseable {

  /// How many rows go to the database at once.
  private static final int BATCH = 500;

  private final List<Column> columns;
  private final List<Column> keyColumns;
  private final int[] keyPlaces;
  private final PreparedStatement insert;
  private final PreparedStatement delete;

  /// @param shape as the rows have it; the target's table has the same columns
  public TableWriter(Connection connection, TableShape shape) throws SQLException {
    columns = shape.columns();
    keyPlaces = shape.keyPlaces();
    var keys = new ArrayList<Column>();
    for (int place : keyPlaces) keys.add(columns.get(place));
    keyColumns = List.copyOf(keys);
    insert = connection.prepareStatement(shape.insert());
    delete = connection.prepareStatement(shape.delete());
  }

  public void insert(RowChunk chunk) throws SQLException {
    int waiting = 0;
    for (byte[] row : chunk.rows()) {
      RowCodec.bind(insert, columns, RowCodec.decode(row));
      insert.addBatch();
      if (++waiting % BATCH == 0) insert.executeBatch();
    }
    if (waiting % BATCH != 0) insert.executeBatch();
  }

  /// The keys of a chunk's rows, in the form that [#delete] takes.
  byte[] keys(RowChunk chunk) {
    var keys = new Bytes();
    for (byte[] row : chunk.rows()) {
      var values = RowCodec.decode(row);
      var key = new ArrayList<@Nullable Object>(keyPlaces.length);
      for (int place : keyPlaces) key.add(values.get(place));
      keys.sized(RowCodec.encode(key));
    }
    return keys.toArray();
  }

  void delete(byte[] keys) throws SQLException {
    var in = java.nio.ByteBuffer.wrap(keys);
    int waiting = 0;
    while (in.hasRemaining()) {
      RowCodec.bind(delete, keyColumns, RowCodec.decode(Bytes.sized(in)));
      delete.addBatch();
      if (++waiting % BATCH == 0) delete.executeBatch();
    }
    if (waiting % BATCH != 0) delete.executeBatch();
  }

  @Override
  public void close() throws SQLException {
    insert.close();
    delete.close();
  }
}
