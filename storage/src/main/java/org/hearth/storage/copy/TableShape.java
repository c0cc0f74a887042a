package org.hearth.storage.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A table as the database itself describes it.
///
/// @param columns in the order of their names, since migrations may have added them in different
///   orders
/// @param key the columns of the primary key
public record TableShape(String name, List<Column> columns, List<String> key) {

  /// What the database notes about its own schema, and about copies that it is part of.
  private static final List<String> OWN =
      List.of("schema_history", "copy_state", "copy_chunk", "moved_database");

  private static final String COLUMNS =
      """
      SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
      JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
      WHERE c.table_schema = CURRENT_SCHEMA AND t.table_type = 'BASE TABLE'
      """;

  private static final String KEYS =
      """
      SELECT c.table_name, k.column_name FROM information_schema.table_constraints c
      JOIN information_schema.key_column_usage k
        ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name AND k.table_name = c.table_name
      WHERE c.table_schema = CURRENT_SCHEMA AND c.constraint_type = 'PRIMARY KEY'
      ORDER BY c.table_name, k.ordinal_position
      """;

  /// @param kind what both databases call by different names
  public record Column(String name, Kind kind) {}

  /// The types that migrations may use.
  public enum Kind {
    LONG,
    INTEGER,
    BOOLEAN,
    TEXT,
    BYTES;

    private static Kind of(String type) {
      return switch (type.toLowerCase(Locale.ROOT)) {
        case "bigint" -> LONG;
        case "integer" -> INTEGER;
        case "boolean" -> BOOLEAN;
        case "text", "character varying" -> TEXT;
        case "bytea", "binary varying" -> BYTES;
        default -> throw new IllegalStateException("No table of Hearth has the type " + type + ".");
      };
    }
  }

  /// All tables that hold data, by name.
  public static List<TableShape> of(Connection connection) throws SQLException {
    var columns = new TreeMap<String, List<Column>>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(COLUMNS)) {
      while (row.next()) {
        var table = row.getString(1).toLowerCase(Locale.ROOT);
        if (OWN.contains(table)) continue;
        columns
            .computeIfAbsent(table, _ -> new ArrayList<>())
            .add(new Column(row.getString(2).toLowerCase(Locale.ROOT), Kind.of(row.getString(3))));
      }
    }
    var keys = new TreeMap<String, List<String>>();
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(KEYS)) {
      while (row.next())
        keys.computeIfAbsent(row.getString(1).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(row.getString(2).toLowerCase(Locale.ROOT));
    }
    var shapes = new ArrayList<TableShape>();
    columns.forEach(
        (table, of) -> {
          of.sort(java.util.Comparator.comparing(Column::name));
          shapes.add(new TableShape(table, List.copyOf(of), keys.getOrDefault(table, List.of())));
        });
    return List.copyOf(shapes);
  }

  /// The names of all columns, as in a statement.
  public String columnNames() {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  /// Places of the key's columns among all columns.
  int[] keyPlaces() {
    var names = columns.stream().map(Column::name).toList();
    return key.stream().mapToInt(names::indexOf).toArray();
  }

  /// With `?` for each column.
  public String insert() {
    return "INSERT INTO "
        + name
        + " ("
        + columnNames()
        + ") VALUES ("
        + columns.stream().map(_ -> "?").collect(Collectors.joining(", "))
        + ")";
  }

  /// With `?` for each column of the key.
  String delete() {
    return "DELETE FROM "
        + name
        + " WHERE "
        + key.stream().map(column -> column + " = ?").collect(Collectors.joining(" AND "));
  }
}
