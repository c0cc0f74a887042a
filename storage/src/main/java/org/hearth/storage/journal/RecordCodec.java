package org.hearth.storage.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bytes of records within one segment. SQL texts are written once per segment and numbered from
/// then on.
final class RecordCodec {
  private static final int NULL = 0;
  private static final int LONG = 1;
  private static final int INTEGER = 2;
  private static final int TEXT = 3;
  private static final int BYTES = 4;
  private static final int TRUE = 5;
  private static final int FALSE = 6;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private int kept;

  /// Writes the bytes of a record. Its new SQL texts count as known only after [#keep].
  void encode(JournalRecord record, RecordBytes out) {
    putLong(out, record.previous());
    putLong(out, record.statements().size());
    for (var statement : record.statements()) {
      putSql(out, statement.sql());
      putLong(out, statement.rows().size());
      putLong(out, statement.rows().getFirst().length);
      for (var row : statement.rows()) for (var value : row) putValue(out, value);
    }
  }

  /// The last encoded record is in the segment.
  void keep() {
    kept = texts.size();
  }

  /// The last encoded record did not come into the segment.
  void forget() {
    while (texts.size() > kept) numbers.remove(texts.removeLast());
  }

  JournalRecord decode(long batch, byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    long previous = getLong(in);
    int count = getInt(in);
    var statements = new ArrayList<JournalRecord.Statement>(count);
    for (int s = 0; s < count; s++) {
      var sql = getSql(in);
      int rowCount = getInt(in);
      int width = getInt(in);
      var rows = new ArrayList<@Nullable Object[]>(rowCount);
      for (int r = 0; r < rowCount; r++) {
        var row = new @Nullable Object[width];
        for (int c = 0; c < width; c++) row[c] = getValue(in);
        rows.add(row);
      }
      statements.add(new JournalRecord.Statement(sql, rows));
    }
    keep();
    return new JournalRecord(batch, previous, statements);
  }

  private void putSql(RecordBytes out, String sql) {
    var number = numbers.get(sql);
    if (number != null) {
      putLong(out, number + 1L);
      return;
    }
    putLong(out, 0);
    putBytes(out, sql.getBytes(StandardCharsets.UTF_8));
    numbers.put(sql, texts.size());
    texts.add(sql);
  }

  private String getSql(ByteBuffer in) {
    int number = getInt(in);
    if (number > 0) return texts.get(number - 1);
    var sql = new String(getBytes(in), StandardCharsets.UTF_8);
    texts.add(sql);
    return sql;
  }

  private static void putValue(RecordBytes out, @Nullable Object value) {
    switch (value) {
      case null -> out.put(NULL);
      case Long number -> {
        out.put(LONG);
        putLong(out, number);
      }
      case Integer number -> {
        out.put(INTEGER);
        putLong(out, number);
      }
      case String text -> {
        out.put(TEXT);
        putBytes(out, text.getBytes(StandardCharsets.UTF_8));
      }
      case byte[] bytes -> {
        out.put(BYTES);
        putBytes(out, bytes);
      }
      case Boolean flag -> out.put(flag ? TRUE : FALSE);
      default -> throw new IllegalArgumentException(value.getClass().getName());
    }
  }

  private static @Nullable Object getValue(ByteBuffer in) {
    int kind = in.get();
    return switch (kind) {
      case NULL -> null;
      case LONG -> getLong(in);
      case INTEGER -> (int) getLong(in);
      case TEXT -> new String(getBytes(in), StandardCharsets.UTF_8);
      case BYTES -> getBytes(in);
      case TRUE -> true;
      case FALSE -> false;
      default -> throw new IllegalStateException("Kind of value " + kind + " in the journal.");
    };
  }

  private static void putBytes(RecordBytes out, byte[] bytes) {
    putLong(out, bytes.length);
    out.put(bytes);
  }

  private static byte[] getBytes(ByteBuffer in) {
    var bytes = new byte[getInt(in)];
    in.get(bytes);
    return bytes;
  }

  /// Seven bits a byte, the sign folded into the lowest bit.
  private static void putLong(RecordBytes out, long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.put((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.put((int) rest);
  }

  private static long getLong(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = in.get();
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) return (value >>> 1) ^ -(value & 1);
    }
  }

  private static int getInt(ByteBuffer in) {
    return Math.toIntExact(getLong(in));
  }
}
