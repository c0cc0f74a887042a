package org.hearth.storage.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.hearth.storage.rows.Dialect;
import org.jspecify.annotations.Nullable;

/// What a target has of its source so far, kept in the target itself: which database it copies, and
/// of each chunk the hash, and the keys of its rows.
///
/// A chunk's rows and its line here are written in one transaction, so that the rows of a table are
/// at each moment exactly those of the chunks named here. That makes a copy resumable, and lets it
/// follow a source that goes on.
final class CopyLedger {
  private final Connection target;

  private CopyLedger(Connection target) {
    this.target = target;
  }

  static CopyLedger create(Connection target, Dialect dialect, String source) throws SQLException {
    var bytes = dialect.placeholders().get("bytes");
    try (var statement = target.createStatement()) {
      statement.execute(
          "CREATE TABLE copy_chunk (table_name VARCHAR(200) NOT NULL, hash VARCHAR(64) NOT NULL, row_keys "
              + bytes
              + " NOT NULL, PRIMARY KEY (table_name, hash))");
      statement.execute("CREATE TABLE copy_state (source VARCHAR(200) NOT NULL PRIMARY KEY)");
    }
    try (var insert = target.prepareStatement("INSERT INTO copy_state VALUES (?)")) {
      insert.setString(1, source);
      insert.executeUpdate();
    }
    target.commit();
    return new CopyLedger(target);
  }

  static CopyLedger resume(Connection target) {
    return new CopyLedger(target);
  }

  /// Which database a copy was begun of; null if none was.
  static @Nullable String source(Connection target) throws SQLException {
    if (!CopyMarks.exists(target, "copy_state")) return null;
    try (var statement = target.createStatement();
        var row = statement.executeQuery("SELECT source FROM copy_state")) {
      return row.next() ? row.getString(1) : null;
    }
  }

  static String hash(RowChunk chunk) {
    return HexFormat.of().formatHex(TableDigest.sha256().digest(chunk.bytes()));
  }

  /// The hashes of a table's chunks.
  java.util.Set<String> chunks(String table) throws SQLException {
    var chunks = new java.util.TreeSet<String>();
    try (var query = target.prepareStatement("SELECT hash FROM copy_chunk WHERE table_name = ?")) {
      query.setString(1, table);
      try (var row = query.executeQuery()) {
        while (row.next()) chunks.add(row.getString(1));
      }
    }
    return chunks;
  }

  byte[] keys(String table, String hash) throws SQLException {
    try (var query =
        target.prepareStatement(
            "SELECT row_keys FROM copy_chunk WHERE table_name = ? AND hash = ?")) {
      query.setString(1, table);
      query.setString(2, hash);
      try (var row = query.executeQuery()) {
        if (!row.next()) throw new IllegalStateException("A chunk of " + table + " is gone.");
        return row.getBytes(1);
      }
    }
  }

  void add(String table, String hash, byte[] keys) throws SQLException {
    try (var insert = target.prepareStatement("INSERT INTO copy_chunk VALUES (?, ?, ?)")) {
      insert.setString(1, table);
      insert.setString(2, hash);
      insert.setBytes(3, keys);
      insert.executeUpdate();
    }
  }

  void remove(String table, String hash) throws SQLException {
    try (var delete =
        target.prepareStatement("DELETE FROM copy_chunk WHERE table_name = ? AND hash = ?")) {
      delete.setString(1, table);
      delete.setString(2, hash);
      delete.executeUpdate();
    }
  }

  /// The copy is complete; a server may start on it.
  void finish() throws SQLException {
    try (var statement = target.createStatement()) {
      statement.execute("DROP TABLE copy_chunk");
      statement.execute("DROP TABLE copy_state");
    }
    target.commit();
  }

  /// Verified totals, by table.
  static Map<String, TableDigest.Total> totals(Snapshot snapshot, Progress progress)
      throws SQLException {
    var totals = new HashMap<String, TableDigest.Total>();
    long done = 0;
    long rows = snapshot.rows();
    for (var table : snapshot.tables()) {
      progress.at("reading back " + table.name(), done, rows);
      var total = snapshot.digest(table);
      totals.put(table.name(), total);
      done += total.rows();
    }
    progress.at("reading back", rows, rows);
    return totals;
  }
}
