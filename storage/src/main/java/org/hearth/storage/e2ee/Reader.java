package org.hearth.storage.e2ee;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.hearth.storage.Database;

/// Queries with parameters, and rows as values.
record Reader(Database database) {
  private static final int IN_LIST = 200;

  /// A row as a value.
  @FunctionalInterface
  interface Row<R> {
    R of(ResultSet row) throws SQLException;
  }

  /// No row holds a text with U+0000, and PostgreSQL refuses to look for one.
  private static boolean storable(Object parameter) {
    return !(parameter instanceof String text) || text.indexOf('\0') < 0;
  }

  <R> List<R> list(String sql, Row<R> row, Object... parameters) {
    if (!Arrays.stream(parameters).allMatch(Reader::storable)) return List.of();
    return database.jdbc(
        connection -> {
          try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) statement.setObject(i + 1, parameters[i]);
            try (var found = statement.executeQuery()) {
              var rows = new ArrayList<R>();
              while (found.next()) rows.add(row.of(found));
              return rows;
            }
          }
        });
  }

  <R> Optional<R> first(String sql, Row<R> row, Object... parameters) {
    return list(sql, row, parameters).stream().findFirst();
  }

  /// Like [#list], with `IN (…)` in place of `%s`: its values come last, in slices.
  <R> List<R> in(String sql, Collection<String> values, Row<R> row, Object... before) {
    var all = values.stream().filter(Reader::storable).toList();
    var rows = new ArrayList<R>();
    for (int from = 0; from < all.size(); from += IN_LIST) {
      var slice = all.subList(from, Math.min(all.size(), from + IN_LIST));
      var parameters = new ArrayList<>(List.of(before));
      parameters.addAll(slice);
      var marks = String.join(", ", Collections.nCopies(slice.size(), "?"));
      rows.addAll(list(sql.replace("%s", "IN (" + marks + ")"), row, parameters.toArray()));
    }
    return rows;
  }
}
