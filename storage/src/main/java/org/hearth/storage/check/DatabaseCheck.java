package org.hearth.storage.check;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hearth.e2ee.sealing.CannotOpen;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.storage.Database;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.copy.TableShape;

/// Looks through a whole database, in one snapshot, while its server may go on. Changes nothing.
public final class DatabaseCheck {

  /// How many rows of one kind of problem are named.
  private static final int NAMED = 5;

  /// @param severe whether something is lost or wrong; otherwise it only takes space
  /// @param count of rows or files
  /// @param examples a few of them; identifiers only, never content
  public record Finding(String what, boolean severe, long count, List<String> examples) {}

  /// @param checks how many kinds of thing were looked at
  /// @param opened how many sealed values were opened
  public record Report(List<Finding> findings, int checks, long rows, long opened, long position) {

    public boolean sound() {
      return findings.stream().noneMatch(Finding::severe);
    }
  }

  private final Database database;
  private final Sealing sealing;
  private final Path media;
  private final Progress progress;
  private final List<Finding> findings = new ArrayList<>();
  private int checks;
  private long opened;

  private DatabaseCheck(Database database, Sealing sealing, Path media, Progress progress) {
    this.database = database;
    this.sealing = sealing;
    this.media = media;
    this.progress = progress;
  }

  /// @param sealed every column of the program that is sealed
  /// @param media where the files lie
  public static Report run(
      Database database,
      Sealing sealing,
      List<SealedColumn> sealed,
      Path media,
      Progress progress) {
    var check = new DatabaseCheck(database, sealing, media, progress);
    return database.longSnapshot(connection -> check.run(connection, sealed));
  }

  private Report run(Connection connection, List<SealedColumn> sealed) throws SQLException {
    long position = number(connection, "SELECT COALESCE(MAX(last_position), 0) FROM ledger_batch");
    var tables = TableShape.of(connection);
    checks++;
    findings.addAll(SchemaCheck.run(connection, database, tables));
    for (var table : tables) positions(connection, table, position);
    for (var rule : Orphans.RULES) {
      progress.at("looking at what rows say of each other", 0, 0);
      rows(connection, rule.what(), rule.severe(), rule.sql());
    }
    checks++;
    findings.addAll(RoomPointers.run(connection));
    checks++;
    findings.addAll(MediaCheck.run(connection, media));
    long rows = 0;
    for (var table : tables) rows += number(connection, "SELECT COUNT(*) FROM " + table.name());
    for (var column : sealed) open(connection, column);
    return new Report(List.copyOf(findings), checks, rows, opened, position);
  }

  /// Whatever has a position got it from the ledger.
  private void positions(Connection connection, TableShape table, long last) throws SQLException {
    for (var column : table.columns()) {
      if (!column.name().equals("position") && !column.name().equals("stream_position")) continue;
      rows(
          connection,
          "rows of " + table.name() + " that come after the end of the ledger",
          true,
          "SELECT %s FROM %s WHERE %s > %d"
              .formatted(column.name(), table.name(), column.name(), last));
    }
  }

  /// @param sql names what is wrong, one row each
  private void rows(Connection connection, String what, boolean severe, String sql)
      throws SQLException {
    checks++;
    var examples = new ArrayList<String>();
    long count = 0;
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(500);
      try (var row = statement.executeQuery(sql)) {
        for (; row.next(); count++)
          if (examples.size() < NAMED) examples.add(String.valueOf(row.getString(1)));
      }
    }
    if (count > 0) findings.add(new Finding(what, severe, count, List.copyOf(examples)));
  }

  private void open(Connection connection, SealedColumn column) throws SQLException {
    checks++;
    var examples = new ArrayList<String>();
    long failed = 0;
    long done = 0;
    var name = column.table() + "." + column.column();
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(500);
      try (var row =
          statement.executeQuery(
              "SELECT %s, %s FROM %s"
                  .formatted(column.column(), String.join(", ", column.names()), column.from()))) {
        while (row.next()) {
          byte[] bytes = row.getBytes(1);
          if (bytes == null) continue;
          var key = key(row, column);
          if (++done % 1000 == 0) progress.at("opening " + name, done, 0);
          if (opens(column, key, bytes)) continue;
          failed++;
          if (examples.size() < NAMED) examples.add(key.joined());
        }
      }
    }
    opened += done - failed;
    if (failed > 0)
      findings.add(
          new Finding("values of " + name + " that cannot be opened", true, failed, examples));
  }

  private static SealedColumn.Row key(ResultSet row, SealedColumn column) throws SQLException {
    var values = new ArrayList<String>();
    for (int i = 0; i < column.names().size(); i++)
      values.add(String.valueOf(row.getString(i + 2)));
    return new SealedColumn.Row(List.copyOf(values));
  }

  private boolean opens(SealedColumn column, SealedColumn.Row key, byte[] bytes) {
    try {
      column.opening().open(sealing, key, bytes);
      return true;
    } catch (CannotOpen | IllegalArgumentException e) {
      return false;
    }
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
