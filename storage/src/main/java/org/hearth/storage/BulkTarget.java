package org.hearth.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.Set;
import org.flywaydb.core.internal.jdbc.DriverDataSource;
import org.hearth.storage.rows.Dialect;

/// A database into which a copy or a backup goes: whole tables, without the ledger, while no server
/// uses it.
public final class BulkTarget implements AutoCloseable {

  /// How many bytes may be lost to a power cut while H2 is filled; the copy writes them again.
  private static final long FORCE_EVERY = 64L << 20;

  private final Dialect dialect;
  private final Connection connection;
  private final Deque<Closing> closing;
  private final Forcing forcing;
  private final Migrations migrations;
  private long unforced;

  /// Something to close.
  @FunctionalInterface
  private interface Closing {
    void close() throws SQLException, IOException;
  }

  /// Makes durable what was committed.
  @FunctionalInterface
  private interface Forcing {
    void force() throws SQLException, IOException;
  }

  private BulkTarget(
      Dialect dialect,
      Connection connection,
      Migrations migrations,
      Deque<Closing> closing,
      Forcing forcing) {
    this.dialect = dialect;
    this.connection = connection;
    this.migrations = migrations;
    this.closing = closing;
    this.forcing = forcing;
  }

  /// Takes the database for this process. H2's directory is made if it does not exist.
  ///
  /// Throws [StorageCannotOpen]: unreachable, in use by a server, damaged.
  public static BulkTarget open(DatabaseSettings.Location location) {
    Deque<Closing> closing = new ArrayDeque<>();
    try {
      return switch (location) {
        case DatabaseSettings.H2 h2 -> h2(h2, closing);
        case DatabaseSettings.PostgreSql postgres -> postgres(postgres, closing);
      };
    } catch (IOException | SQLException | RuntimeException e) {
      closeAll(closing, e);
      throw StorageCannotOpen.because(e);
    }
  }

  private static BulkTarget h2(DatabaseSettings.H2 h2, Deque<Closing> closing)
      throws IOException, SQLException {
    var files = H2Files.in(h2.directory(), Disk.REAL, DatabaseSettings.PAGE_CACHE_BYTES);
    var lock = DirectoryLock.take(h2.directory());
    closing.push(lock::close);
    if (Files.isDirectory(files.journal())) {
      try (var segments = Files.list(files.journal())) {
        if (segments.findAny().isPresent())
          throw new IOException("a server has used " + h2.directory() + ".");
      }
    }
    var checkpoint = files.open();
    closing.push(files::shutdown);
    closing.push(checkpoint::close);
    closing.push(() -> checkpoint.take(H2Checkpoint.Moment.BEFORE_CLOSING));
    var connection = files.connect();
    closing.push(connection::close);
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      // For reading back: otherwise H2 gathers a whole table before it gives the first row.
      statement.execute("SET LAZY_QUERY_EXECUTION TRUE");
    }
    var source =
        new DriverDataSource(BulkTarget.class.getClassLoader(), null, files.url(), "hearth", "");
    return new BulkTarget(
        Dialect.H2,
        connection,
        new Migrations(source, Dialect.H2),
        closing,
        () -> checkpoint.take(H2Checkpoint.Moment.UNDER_LOAD));
  }

  private static BulkTarget postgres(DatabaseSettings.PostgreSql postgres, Deque<Closing> closing)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", postgres.user());
    properties.setProperty("password", postgres.password());
    properties.setProperty("reWriteBatchedInserts", "true");
    properties.setProperty("ApplicationName", "hearth copy");
    properties.setProperty("tcpKeepAlive", "true");
    var connection = DriverManager.getConnection(postgres.url(), properties);
    closing.push(connection::close);
    try (var statement = connection.createStatement();
        var lock =
            statement.executeQuery(
                "SELECT pg_try_advisory_lock(" + PostgresStore.WRITER_LOCK + ")")) {
      lock.next();
      if (!lock.getBoolean(1)) throw new SQLException("another Hearth writes to this database.");
      // What a power cut takes is written again; at the end all of it is forced.
      statement.execute("SET synchronous_commit = off");
    }
    connection.setAutoCommit(false);
    var source =
        new DriverDataSource(
            BulkTarget.class.getClassLoader(),
            null,
            postgres.url(),
            postgres.user(),
            postgres.password());
    return new BulkTarget(
        Dialect.POSTGRESQL,
        connection,
        new Migrations(source, Dialect.POSTGRESQL),
        closing,
        () -> forceWal(connection));
  }

  /// A commit that is forced takes along all that were not.
  private static void forceWal(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET LOCAL synchronous_commit = on");
      statement.execute("SELECT txid_current()");
    }
    connection.commit();
  }

  public Dialect dialect() {
    return dialect;
  }

  /// The one connection; [#commit] ends its transactions.
  public Connection connection() {
    return connection;
  }

  /// Whether there is nothing in it, not even a schema.
  public boolean isEmpty() throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA")) {
      row.next();
      return row.getLong(1) == 0;
    } finally {
      connection.rollback();
    }
  }

  /// Gives an empty database the schema of these migrations.
  public void migrateOnly(Set<String> versions) {
    migrations.migrateOnly(versions);
  }

  /// Brings the schema up to date.
  public void migrate() {
    migrations.migrate();
  }

  public Migrations.Status migrations() {
    return migrations.status();
  }

  /// Commits, and forces from time to time.
  ///
  /// @param bytes about how much was written
  public void commit(long bytes) throws SQLException, IOException {
    connection.commit();
    unforced += bytes;
    if (unforced > FORCE_EVERY) force();
  }

  /// Returns when everything committed survives a power cut.
  public void force() throws SQLException, IOException {
    connection.commit();
    forcing.force();
    unforced = 0;
  }

  /// Counts the rows for the planner, which knows nothing of tables that were just filled.
  public void analyze() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }
    connection.commit();
  }

  private static void closeAll(Deque<Closing> closing, Exception because) {
    while (!closing.isEmpty()) {
      try {
        closing.pop().close();
      } catch (SQLException | IOException | RuntimeException e) {
        because.addSuppressed(e);
      }
    }
  }

  /// Forces what was committed, and lets others use the database.
  @Override
  public void close() {
    var failure = new SQLException("The database was not closed cleanly.");
    try {
      connection.rollback();
      forcing.force();
    } catch (SQLException | IOException e) {
      failure.addSuppressed(e);
    }
    closeAll(closing, failure);
    if (failure.getSuppressed().length > 0) throw new DatabaseUnavailable(failure);
  }
}
