package org.hearth.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.hearth.storage.journal.Journal;
import org.hearth.storage.journal.JournalRecord;
import org.hearth.storage.rows.Dialect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of embedded H2 in one directory: `hearth.mv.db` and `journal/`.
///
/// @param directory exists
record H2Files(Path directory) {
  private static final Logger log = LoggerFactory.getLogger(H2Files.class);

  /// How long H2 leaves replaced chunks of its file alone, in milliseconds. Checkpoints come more
  /// often, so that what a checkpoint forced is still there if the next one does not come to its
  /// end.
  static final int RETENTION_MILLIS = 4_000;

  /// How often the file is forced.
  static final int CHECKPOINT_MILLIS = 1_500;

  static H2Files in(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new H2Files(directory);
  }

  /// `async:` because with the plain file layer one interrupted thread closes the file for all
  /// connections.
  String url() {
    return "jdbc:h2:async:"
        + directory.toAbsolutePath().resolve("hearth")
        + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;RETENTION_TIME="
        + RETENTION_MILLIS
        + ";LOCK_TIMEOUT=10000;CACHE_SIZE=32768";
  }

  Path journal() {
    return directory.resolve("journal");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "hearth", "");
  }

  /// Writes and forces everything committed.
  static void checkpoint(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    }
  }

  /// Executes the journal's batches that H2's file does not have, before anything else touches it,
  /// migrations included.
  void replay(Journal journal) throws SQLException, IOException {
    try (var connection = connect()) {
      connection.setAutoCommit(false);
      long last = hasBatches(connection) ? StoredBatches.read(connection).resume().lastBatch() : 0;
      var statements = new JdbcStatements(connection, Dialect.H2, 0);
      var count = new int[1];
      journal.replay(
          record -> {
            if (record.batch() <= last) return;
            execute(connection, statements, record);
            count[0]++;
          });
      if (count[0] > 0)
        log.info("Took {} batches from the journal that H2's file did not have yet.", count[0]);
      connection.commit();
      checkpoint(connection);
    }
  }

  private static void execute(
      Connection connection, JdbcStatements statements, JournalRecord record) {
    try {
      for (var statement : record.statements())
        statements.execute(statement.sql(), statement.rows());
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(
          "Batch " + record.batch() + " of the journal cannot be executed again.", e);
    }
  }

  private static boolean hasBatches(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT 1 FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' AND TABLE_NAME = 'LEDGER_BATCH'")) {
      return row.next();
    }
  }

  void shutdown() {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      log.warn("H2 did not shut down cleanly; its journal is complete.", e);
    }
  }
}
