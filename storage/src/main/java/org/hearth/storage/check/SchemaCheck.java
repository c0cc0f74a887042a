package org.hearth.storage.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.storage.Database;
import org.hearth.storage.Migrations;
import org.hearth.storage.check.DatabaseCheck.Finding;
import org.hearth.storage.copy.TableShape;
import org.hearth.storage.rows.Dialect;

/// Compares the schema with one that the migrations make in memory: tables, columns, types, keys
/// and indexes.
final class SchemaCheck {
  private static final String H2_INDEXES =
      "SELECT index_name FROM information_schema.indexes WHERE table_schema = CURRENT_SCHEMA"
          + " AND index_type_name IN ('INDEX', 'UNIQUE INDEX')";
  private static final String POSTGRESQL_INDEXES =
      "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
          + " WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = CURRENT_SCHEMA())"
          + " AND NOT i.indisprimary AND i.indisvalid";

  private SchemaCheck() {}

  static List<Finding> run(Connection connection, Database database, List<TableShape> tables)
      throws SQLException {
    var status = database.migrations();
    var findings = new ArrayList<Finding>();
    add(findings, "migrations that were begun and not finished", status.failed());
    add(findings, "migrations of a newer program", status.unknown());
    add(
        findings,
        "migrations that are missing",
        status.pending().stream().map(Migrations.Step::script).toList());
    if (!findings.isEmpty()) return findings;
    Migrations.inMemory(
        fresh -> {
          var right = TableShape.of(fresh);
          add(findings, "tables that are not as they should be", difference(right, tables));
          var indexes = indexes(fresh, Dialect.H2);
          indexes.removeAll(indexes(connection, database.dialect()));
          // Flyway's own has another name on each database.
          indexes.removeIf(name -> name.startsWith(Migrations.HISTORY));
          add(findings, "indexes that are missing", List.copyOf(indexes));
        });
    return findings;
  }

  private static void add(List<Finding> findings, String what, List<String> which) {
    if (!which.isEmpty())
      findings.add(
          new Finding(
              what, true, which.size(), List.copyOf(which.subList(0, Math.min(5, which.size())))));
  }

  private static List<String> difference(List<TableShape> right, List<TableShape> found) {
    var names = new TreeSet<String>();
    for (var table : right) if (!found.contains(table)) names.add(table.name());
    return List.copyOf(names);
  }

  private static Set<String> indexes(Connection connection, Dialect dialect) throws SQLException {
    var names = new TreeSet<String>();
    var sql =
        switch (dialect) {
          case H2 -> H2_INDEXES;
          case POSTGRESQL -> POSTGRESQL_INDEXES;
        };
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      while (row.next()) names.add(row.getString(1).toLowerCase(Locale.ROOT));
    }
    return names;
  }
}
