package org.hearth.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.hearth.ledger.BatchWriter.Resume;
import org.hearth.ledger.LedgerException;
import org.hearth.storage.rows.Dialect;
import org.hearth.storage.rows.RowBatch;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Batches on PostgreSQL: its commit is the fsync.
///
/// The connection holds an advisory lock, so that a second server on the same database does not
/// start. After a connection was lost, getting that lock again also proves that the old
/// connection's transaction has ended, one way or the other.
final class PostgresStore implements BatchStore {
  private static final Logger log = LoggerFactory.getLogger(PostgresStore.class);

  /// Any constant that others do not use: "HEARTH" in ASCII.
  static final long WRITER_LOCK = 0x484541525448L;

  private final DatabaseSettings settings;
  private final DatabaseSettings.PostgreSql location;
  private final Fatal fatal;
  private final StorageMetrics metrics;
  private final Resume resume;
  private final long epoch;
  private @Nullable Connection connection;
  private @Nullable JdbcStatements statements;

  PostgresStore(
      DatabaseSettings settings,
      DatabaseSettings.PostgreSql location,
      Fatal fatal,
      StorageMetrics metrics)
      throws SQLException {
    this.settings = settings;
    this.location = location;
    this.fatal = fatal;
    this.metrics = metrics;
    var opened = connect(Duration.ofSeconds(5));
    warnUnlessDurable(opened);
    var stored = StoredBatches.read(opened);
    opened.commit();
    resume = stored.resume();
    epoch = stored.epoch() + 1;
  }

  @Override
  public Resume resume() {
    return resume;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  private Connection connect(Duration lockPatience) throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", location.user());
    properties.setProperty("password", location.password());
    properties.setProperty("reWriteBatchedInserts", "true");
    properties.setProperty("ApplicationName", "hearth writer");
    properties.setProperty(
        "connectTimeout", Long.toString(Math.max(1, settings.connectionTimeout().toSeconds())));
    properties.setProperty(
        "socketTimeout", Long.toString(2 * settings.statementTimeout().toSeconds() + 1));
    properties.setProperty("tcpKeepAlive", "true");
    var opened = DriverManager.getConnection(location.url(), properties);
    try {
      opened.setAutoCommit(false);
      try (var statement = opened.createStatement()) {
        statement.execute("SET synchronous_commit = on");
        statement.execute("SET lock_timeout = " + lockPatience.toMillis());
        statement.execute("SELECT pg_advisory_lock(" + WRITER_LOCK + ")");
        statement.execute("SET lock_timeout = " + settings.statementTimeout().toMillis());
      }
      opened.commit();
      connection = opened;
      statements = new JdbcStatements(opened, Dialect.POSTGRESQL, 0);
      return opened;
    } catch (SQLException e) {
      closeQuietly(opened);
      if ("55P03".equals(e.getSQLState()))
        throw new SQLException("Another Hearth writes to this database.", e.getSQLState(), e);
      throw e;
    }
  }

  @Override
  public void write(long batchId, RowBatch rows) {
    var open = connected();
    try {
      statementsOf(open).execute(rows);
    } catch (SQLException e) {
      rollback(open);
      if (isOtherWriter(e)) throw fatal.end("Another process writes to this database.", e);
      throw SqlFailures.classify(e);
    } catch (RuntimeException e) {
      rollback(open);
      throw new LedgerException.Refused(e);
    }
    long start = System.nanoTime();
    try {
      open.commit();
    } catch (SQLException e) {
      findOut(batchId, e);
    }
    metrics.sync(System.nanoTime() - start);
  }

  private Connection connected() {
    try {
      if (connection != null && !connection.isClosed()) return connection;
      return connect(settings.connectionTimeout());
    } catch (SQLException e) {
      throw new LedgerException.Unavailable("The database cannot be reached.", e);
    }
  }

  private JdbcStatements statementsOf(Connection open) {
    if (statements == null || open != connection) throw new IllegalStateException("No connection.");
    return statements;
  }

  /// The answer to COMMIT was lost, or was an error: look for the batch's row.
  private void findOut(long batchId, SQLException lost) {
    log.warn(
        "The answer to a commit was lost; looking whether batch {} was written.", batchId, lost);
    drop();
    long end = System.nanoTime() + settings.unknownPatience().toNanos();
    for (long pause = 50; ; pause = Math.min(2 * pause, 5_000)) {
      try {
        var open = connect(settings.statementTimeout());
        boolean written = StoredBatches.contains(open, batchId, epoch);
        open.commit();
        log.warn("Batch {} was {}written.", batchId, written ? "" : "not ");
        if (written) return;
        throw new LedgerException.Unavailable("The database lost the change.", lost);
      } catch (SQLException e) {
        drop();
        if (System.nanoTime() > end)
          throw fatal.end("It stays unknown whether batch " + batchId + " was written.", e);
      }
      sleep(pause);
    }
  }

  private void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw fatal.end("Interrupted while it is unknown whether a batch was written.", e);
    }
  }

  /// What is not committed is lost with the connection, so a failed rollback needs no more than a
  /// new connection.
  private void rollback(Connection open) {
    try {
      open.rollback();
      if (!open.isValid(5)) drop();
    } catch (SQLException e) {
      drop();
    }
  }

  private void drop() {
    if (connection != null) closeQuietly(connection);
    connection = null;
    statements = null;
  }

  private static boolean isOtherWriter(SQLException failure) {
    for (@Nullable Throwable e = failure; e instanceof SQLException sql; e = sql.getNextException())
      if (e instanceof PSQLException refusal
          && "23505".equals(refusal.getSQLState())
          && refusal.getServerErrorMessage() != null
          && LedgerWriter.BATCHES.name().equals(refusal.getServerErrorMessage().getTable()))
        return true;
    return false;
  }

  private static void warnUnlessDurable(Connection open) throws SQLException {
    for (var setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"})
      try (var statement = open.createStatement();
          var found = statement.executeQuery("SHOW " + setting)) {
        if (found.next() && "off".equals(found.getString(1)))
          log.warn(
              "PostgreSQL runs with {} = off: what this server acknowledges may be lost in a power cut. Set it to on.",
              setting);
      }
  }

  private static void closeQuietly(Connection open) {
    try {
      open.close();
    } catch (SQLException e) {
      log.debug("Closing a connection failed.", e);
    }
  }

  @Override
  public void close() {
    drop();
  }
}
