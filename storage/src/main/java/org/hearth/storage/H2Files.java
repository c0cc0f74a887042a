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
/// @param disk how they are opened
/// @param pageCacheBytes how much of the file is kept in memory
record H2Files(Path directory, Disk disk, long pageCacheBytes) {
  private static final Logger log = LoggerFactory.getLogger(H2Files.class);

  /// Longer than from one checkpoint to the next, so that it never comes to it. Zero would have the
  /// writing thread write the file itself.
  private static final int WRITE_DELAY_MILLIS = 60_000;

  static H2Files in(Path directory, Disk disk, long pageCacheBytes) throws IOException {
    Files.createDirectories(directory);
    PatientFile.Layer.register();
    return new H2Files(directory, disk, pageCacheBytes);
  }

  /// H2 must not compact by itself: it would move chunks of forced versions. [H2Checkpoint] does
  /// what is needed, and keeps them as long as necessary, so that H2's own retention time need not.
  /// Nor need H2 write its pages by itself every half second: what counts is what a checkpoint
  /// forced, and each time the pages that all writes touch would be written again.
  String url() {
    return "jdbc:h2:"
        + PatientFile.Layer.SCHEME
        + ":"
        + disk.layer()
        + directory.toAbsolutePath().resolve("hearth")
        + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;RETENTION_TIME=0;AUTO_COMPACT_FILL_RATE=0;MAX_COMPACT_TIME=0"
        + ";LOCK_TIMEOUT=10000;WRITE_DELAY="
        + WRITE_DELAY_MILLIS
        + ";CACHE_SIZE="
        + Math.max(1024, pageCacheBytes >> 10);
  }

  Path journal() {
    return directory.resolve("journal");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "hearth", "");
  }

  Path database() {
    return directory.resolve("hearth.mv.db");
  }

  /// Makes the file safe to open, opens it, and pins what it holds.
  H2Checkpoint open() throws IOException, SQLException {
    var expected = H2Recovery.prepare(directory, database());
    var checkpoint = new H2Checkpoint(this, connect());
    if (expected.isPresent() && checkpoint.opened() < expected.getAsLong())
      throw new IOException(
          "H2 found version %d of %s, but version %d was forced to the disk; the file is damaged. Restore a backup."
              .formatted(checkpoint.opened(), database(), expected.getAsLong()));
    return checkpoint;
  }

  /// Executes the journal's batches that H2's file does not have, before anything else touches it,
  /// migrations included.
  void replay(Journal journal) throws SQLException, IOException {
    try (var connection = connect()) {
      connection.setAutoCommit(false);
      var last =
          new long[] {
            hasBatches(connection) ? StoredBatches.read(connection).resume().lastBatch() : 0
          };
      var statements = new JdbcStatements(connection, Dialect.H2, 0);
      var count = new int[1];
      journal.replay(
          record -> {
            if (record.batch() <= last[0]) return;
            if (record.previous() != last[0])
              throw new IllegalStateException(
                  "H2's file ends with batch %d, but its journal goes on after batch %d; the file is damaged. Restore a backup."
                      .formatted(last[0], record.previous()));
            last[0] = record.batch();
            execute(connection, statements, record);
            count[0]++;
          });
      if (count[0] > 0)
        log.info("Took {} batches from the journal that H2's file did not have yet.", count[0]);
      connection.commit();
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

  /// Closes the file after its last checkpoint.
  void shutdown() {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      log.debug("H2 closes its connections when it shuts down.", e);
    }
    try {
      var note = CheckpointNote.read(directory);
      if (note.isPresent()) note.get().asClosed().write(directory);
    } catch (IOException e) {
      log.warn(
          "The next start will look through the whole database, since its end could not be noted.",
          e);
    }
  }
}
