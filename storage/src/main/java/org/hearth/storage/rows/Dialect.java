package org.hearth.storage.rows;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Everything in which the two databases' words differ.
public enum Dialect {
  H2,
  POSTGRESQL;

  /// What stands for a type in migrations: `${bytes}`, `${text}`.
  ///
  /// Text is compared byte by byte on both, so that pages by key have one order.
  public Map<String, String> placeholders() {
    return switch (this) {
      case H2 -> Map.of("bytes", "VARBINARY", "text", "VARCHAR");
      case POSTGRESQL -> Map.of("bytes", "BYTEA", "text", "TEXT COLLATE \"C\"");
    };
  }

  /// Hibernate's name for it.
  public String hibernate() {
    return switch (this) {
      case H2 -> "org.hibernate.dialect.H2Dialect";
      case POSTGRESQL -> "org.hibernate.dialect.PostgreSQLDialect";
    };
  }

  /// The statement's SQL with `?` for its parameters.
  public String sql(RowWrite write) {
    var table = write.table();
    return switch (write.kind()) {
      case INSERT -> insert(table);
      case INSERT_IF_ABSENT -> insertIfAbsent(table);
      case UPSERT -> upsert(table);
      case UPDATE ->
          "UPDATE "
              + table.name()
              + " SET "
              + equal(write.assigned(), ", ")
              + " WHERE "
              + equal(write.matched(), " AND ");
      case DELETE -> "DELETE FROM " + table.name() + " WHERE " + equal(write.matched(), " AND ");
      case SQL -> write.text();
    };
  }

  private static String insert(Table table) {
    return "INSERT INTO "
        + table.name()
        + " ("
        + names(table.columns())
        + ") VALUES ("
        + marks(table.columns())
        + ")";
  }

  private String insertIfAbsent(Table table) {
    return switch (this) {
      case POSTGRESQL -> insert(table) + " ON CONFLICT (" + names(table.key()) + ") DO NOTHING";
      case H2 ->
          "MERGE INTO "
              + table.name()
              + " t USING (VALUES ("
              + marks(table.columns())
              + ")) s("
              + names(table.columns())
              + ") ON "
              + table.key().stream()
                  .map(c -> "t." + c + " = s." + c)
                  .collect(Collectors.joining(" AND "))
              + " WHEN NOT MATCHED THEN INSERT ("
              + names(table.columns())
              + ") VALUES ("
              + table.columns().stream().map(c -> "s." + c).collect(Collectors.joining(", "))
              + ")";
    };
  }

  private String upsert(Table table) {
    var others = table.columns().subList(table.key().size(), table.columns().size());
    if (others.isEmpty()) return insertIfAbsent(table);
    return switch (this) {
      case POSTGRESQL ->
          insert(table)
              + " ON CONFLICT ("
              + names(table.key())
              + ") DO UPDATE SET "
              + others.stream().map(c -> c + " = EXCLUDED." + c).collect(Collectors.joining(", "));
      case H2 ->
          "MERGE INTO "
              + table.name()
              + " ("
              + names(table.columns())
              + ") KEY ("
              + names(table.key())
              + ") VALUES ("
              + marks(table.columns())
              + ")";
    };
  }

  private static String names(List<String> columns) {
    return String.join(", ", columns);
  }

  private static String marks(List<String> columns) {
    return columns.stream().map(_ -> "?").collect(Collectors.joining(", "));
  }

  private static String equal(List<String> columns, String separator) {
    return columns.stream().map(c -> c + " = ?").collect(Collectors.joining(separator));
  }
}
