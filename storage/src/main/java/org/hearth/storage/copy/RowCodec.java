package org.hearth.storage.copy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.hearth.storage.copy.TableShape.Column;
import org.jspecify.annotations.Nullable;

/// Rows as bytes that are the same on every database: a letter for the kind of each value, then the
/// value. The order of values is that of [TableShape#columns].
public final class RowCodec {
  private static final byte NULL = 0;
  private static final byte NUMBER = 1;
  private static final byte TRUE = 2;
  private static final byte FALSE = 3;
  private static final byte TEXT = 4;
  private static final byte BYTES = 5;

  private RowCodec() {}

  /// The bytes of the row on which the result stands; its columns are those of the table, in order.
  static byte[] encode(ResultSet row, List<Column> columns) throws SQLException {
    var out = new Bytes();
    for (int i = 0; i < columns.size(); i++) put(out, row, i + 1, columns.get(i));
    return out.toArray();
  }

  private static void put(Bytes out, ResultSet row, int at, Column column) throws SQLException {
    switch (column.kind()) {
      case LONG, INTEGER -> {
        long number = row.getLong(at);
        if (row.wasNull()) out.put(NULL);
        else out.put(NUMBER).number(number);
      }
      case BOOLEAN -> {
        boolean flag = row.getBoolean(at);
        out.put(row.wasNull() ? NULL : flag ? TRUE : FALSE);
      }
      case TEXT -> {
        var text = row.getString(at);
        if (text == null) out.put(NULL);
        else out.put(TEXT).sized(text.getBytes(StandardCharsets.UTF_8));
      }
      case BYTES -> {
        byte[] bytes = row.getBytes(at);
        if (bytes == null) out.put(NULL);
        else out.put(BYTES).sized(bytes);
      }
    }
  }

  /// Some values only, such as those of the key.
  static byte[] encode(List<@Nullable Object> values) {
    var out = new Bytes();
    for (var value : values)
      switch (value) {
        case null -> out.put(NULL);
        case Long number -> out.put(NUMBER).number(number);
        case Boolean flag -> out.put(flag ? TRUE : FALSE);
        case String text -> out.put(TEXT).sized(text.getBytes(StandardCharsets.UTF_8));
        case byte[] bytes -> out.put(BYTES).sized(bytes);
        default -> throw new IllegalArgumentException(value.getClass().getName());
      }
    return out.toArray();
  }

  /// `Long`, `Boolean`, `String`, `byte[]` or null for each column.
  public static List<@Nullable Object> decode(byte[] row) {
    var in = ByteBuffer.wrap(row);
    var values = new ArrayList<@Nullable Object>();
    while (in.hasRemaining()) values.add(value(in));
    return values;
  }

  private static @Nullable Object value(ByteBuffer in) {
    byte kind = in.get();
    return switch (kind) {
      case NULL -> null;
      case NUMBER -> Bytes.number(in);
      case TRUE -> true;
      case FALSE -> false;
      case TEXT -> new String(Bytes.sized(in), StandardCharsets.UTF_8);
      case BYTES -> Bytes.sized(in);
      default -> throw new IllegalStateException("Kind of value " + kind + " in a row.");
    };
  }

  /// Sets the parameters of an insert of the whole row, or of the key's columns.
  static void bind(PreparedStatement statement, List<Column> columns, List<@Nullable Object> values)
      throws SQLException {
    if (values.size() != columns.size())
      throw new IllegalStateException(
          "A row has " + values.size() + " values for " + columns.size() + " columns.");
    for (int i = 0; i < columns.size(); i++) bind(statement, i + 1, columns.get(i), values.get(i));
  }

  private static void bind(
      PreparedStatement statement, int at, Column column, @Nullable Object value)
      throws SQLException {
    switch (column.kind()) {
      case LONG -> {
        if (value == null) statement.setNull(at, Types.BIGINT);
        else statement.setLong(at, (Long) value);
      }
      case INTEGER -> {
        if (value == null) statement.setNull(at, Types.INTEGER);
        else statement.setInt(at, Math.toIntExact((Long) value));
      }
      case BOOLEAN -> {
        if (value == null) statement.setNull(at, Types.BOOLEAN);
        else statement.setBoolean(at, (Boolean) value);
      }
      case TEXT -> {
        if (value == null) statement.setNull(at, Types.VARCHAR);
        else statement.setString(at, (String) value);
      }
      case BYTES -> {
        if (value == null) statement.setNull(at, Types.VARBINARY);
        else statement.setBytes(at, (byte[]) value);
      }
    }
  }
}
