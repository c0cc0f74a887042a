package org.hearth.storage.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One kind of write on a table: a prepared statement without its parameters. Made once, as a
/// constant, by the methods of [Table]; compared by identity.
public final class RowWrite {

  /// What the statement does; [Dialect] knows the words for it.
  public enum Kind {
    INSERT,
    INSERT_IF_ABSENT,
    UPSERT,
    UPDATE,
    DELETE,
    SQL
  }

  private final Kind kind;
  private final Table table;
  private final List<String> assigned;
  private final List<String> matched;
  private final List<Table> tables;
  private final String text;
  private final int parameters;
  private final int @Nullable [] keyAt;

  RowWrite(Kind kind, Table table, List<String> assigned, List<String> matched, String text) {
    this.kind = kind;
    this.table = table;
    this.assigned = List.copyOf(assigned);
    this.matched = List.copyOf(matched);
    this.tables = List.of(table);
    this.text = text;
    this.parameters = assigned.size() + matched.size();
    var names = new ArrayList<>(assigned);
    names.addAll(matched);
    for (var column : names)
      if (!table.columns().contains(column))
        throw new IllegalArgumentException(
            "Table " + table.name() + " has no column " + column + ".");
    this.keyAt = keyAt();
  }

  RowWrite(Kind kind, Table table, List<Table> also, String text) {
    this.kind = kind;
    this.table = table;
    this.assigned = List.of();
    this.matched = List.of();
    var all = new ArrayList<Table>();
    all.add(table);
    all.addAll(also);
    this.tables = List.copyOf(all);
    this.text = text;
    this.parameters = (int) text.chars().filter(c -> c == '?').count();
    this.keyAt = null;
  }

  private int @Nullable [] keyAt() {
    return switch (kind) {
      case INSERT, INSERT_IF_ABSENT, UPSERT -> indexesIn(assigned, 0);
      case UPDATE, DELETE ->
          assigned.stream().anyMatch(table.key()::contains)
              ? null
              : indexesIn(matched, assigned.size());
      case SQL -> null;
    };
  }

  private int @Nullable [] indexesIn(List<String> names, int offset) {
    var at = new int[table.key().size()];
    for (int i = 0; i < at.length; i++) {
      int index = names.indexOf(table.key().get(i));
      if (index < 0) return null;
      at[i] = offset + index;
    }
    return at;
  }

  public Kind kind() {
    return kind;
  }

  public Table table() {
    return table;
  }

  List<String> assigned() {
    return assigned;
  }

  List<String> matched() {
    return matched;
  }

  List<Table> tables() {
    return tables;
  }

  String text() {
    return text;
  }

  int parameters() {
    return parameters;
  }

  /// Which row this touches, comparable by equals; null when it may touch several.
  @Nullable Object rowOf(@Nullable Object[] values) {
    if (keyAt == null) return null;
    if (keyAt.length == 1) return comparable(values[keyAt[0]]);
    var row = new Object[keyAt.length];
    for (int i = 0; i < row.length; i++) row[i] = comparable(values[keyAt[i]]);
    return Arrays.asList(row);
  }

  private static Object comparable(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Integer i -> i.longValue();
      case byte[] bytes -> java.nio.ByteBuffer.wrap(bytes);
      default -> value;
    };
  }

  boolean sharesTableWith(RowWrite other) {
    if (tables.size() == 1 && other.tables.size() == 1) return table == other.table;
    return tables.stream().anyMatch(other.tables::contains);
  }

  @Override
  public String toString() {
    return kind + " " + table;
  }
}
