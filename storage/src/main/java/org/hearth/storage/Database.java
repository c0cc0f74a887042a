package org.hearth.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.h2.engine.Constants;
import org.hearth.storage.copy.CopyMarks;
import org.hearth.storage.copy.CopyRefused;
import org.hearth.storage.rows.Dialect;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/// Reading, on a bounded pool of connections. Writing goes through the ledger only.
///
/// Each read sees what was committed when its statement began; several statements see one state
/// only inside [#snapshot].
public final class Database implements AutoCloseable {

  /// Queries with plain JDBC: for hot paths.
  @FunctionalInterface
  public interface Query<R extends @Nullable Object> {
    R on(Connection connection) throws SQLException;
  }

  private final DatabaseSettings settings;
  private final String url;
  private final Dialect dialect;
  private final HikariDataSource readers;
  private final Sessions sessions;
  private final Migrations migrations;

  private Database(
      DatabaseSettings settings,
      String url,
      Dialect dialect,
      HikariDataSource readers,
      Sessions sessions,
      Migrations migrations) {
    this.settings = settings;
    this.url = url;
    this.dialect = dialect;
    this.readers = readers;
    this.sessions = sessions;
    this.migrations = migrations;
  }

  static Database open(
      DatabaseSettings settings, String url, List<Class<?>> entities, boolean validate) {
    var dialect =
        settings.location() instanceof DatabaseSettings.H2 ? Dialect.H2 : Dialect.POSTGRESQL;
    var readers = pool(settings, url);
    try {
      var sessions = validate ? null : Sessions.of(readers, dialect, entities);
      var migrations = new Migrations(readers, dialect);
      if (settings.migrating()) {
        refuseCopies(readers);
        migrations.migrate();
      }
      if (sessions == null) sessions = Sessions.validated(readers, dialect, entities);
      return new Database(settings, url, dialect, readers, sessions, migrations);
    } catch (RuntimeException e) {
      readers.close();
      throw e;
    }
  }

  private static HikariDataSource pool(DatabaseSettings settings, String url) {
    var config = new HikariConfig();
    config.setPoolName("hearth-readers");
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(settings.readers());
    config.setMinimumIdle(1);
    config.setConnectionTimeout(settings.connectionTimeout().toMillis());
    long millis = settings.statementTimeout().toMillis();
    switch (settings.location()) {
      case DatabaseSettings.H2 _ -> {
        config.setUsername("hearth");
        config.setPassword("");
        config.setConnectionInitSql("SET QUERY_TIMEOUT " + millis);
      }
      case DatabaseSettings.PostgreSql postgres -> {
        config.setUsername(postgres.user());
        config.setPassword(postgres.password());
        config.setConnectionInitSql("SET statement_timeout = " + millis);
        config.addDataSourceProperty("ApplicationName", "hearth reader");
        config.addDataSourceProperty("socketTimeout", Long.toString(2 * millis / 1000 + 1));
      }
    }
    return new HikariDataSource(config);
  }

  private static void refuseCopies(HikariDataSource source) {
    try (var connection = source.getConnection()) {
      var refusal = CopyMarks.refusal(connection);
      if (refusal.isPresent()) throw new CopyRefused(refusal.get());
    } catch (SQLException e) {
      throw new DatabaseUnavailable(e);
    }
  }

  public Dialect dialect() {
    return dialect;
  }

  /// Where embedded H2 has its files; empty on PostgreSQL.
  Optional<Path> directory() {
    return settings.location() instanceof DatabaseSettings.H2(var directory)
        ? Optional.of(directory)
        : Optional.empty();
  }

  /// Reads with Hibernate. Entities stay inside; return records.
  public <R extends @Nullable Object> R read(Function<StatelessSession, R> query) {
    try (var session = sessions.open()) {
      return query.apply(session);
    }
  }

  /// Reads with plain JDBC.
  public <R extends @Nullable Object> R jdbc(Query<R> query) {
    try (var connection = readers.getConnection()) {
      return query.on(connection);
    } catch (SQLException e) {
      throw new DatabaseUnavailable(e);
    }
  }

  /// Reads with plain JDBC; all statements see the same state. Keep it short.
  public <R extends @Nullable Object> R snapshot(Query<R> query) {
    return jdbc(
        connection -> {
          int before = connection.getTransactionIsolation();
          connection.setTransactionIsolation(oneState());
          connection.setAutoCommit(false);
          try {
            return query.on(connection);
          } finally {
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setTransactionIsolation(before);
          }
        });
  }

  /// The isolation in which all statements of a transaction see one state. What H2 calls repeatable
  /// read is one state of each table, as of the moment at which that table was first read.
  private int oneState() {
    return switch (dialect) {
      case H2 -> Constants.TRANSACTION_SNAPSHOT;
      case POSTGRESQL -> Connection.TRANSACTION_REPEATABLE_READ;
    };
  }

  /// What the schema has and what it lacks.
  public Migrations.Status migrations() {
    return migrations.status();
  }

  void migrate() {
    migrations.migrate();
  }

  /// Reads for as long as it takes, on a connection of its own, without a limit of time; all
  /// statements see the same state. Writing goes on meanwhile, but the space of what is deleted or
  /// replaced comes free only afterwards.
  public <R extends @Nullable Object> R longSnapshot(Query<R> query) {
    try (var connection = unlimited()) {
      connection.setTransactionIsolation(oneState());
      connection.setAutoCommit(false);
      try {
        return query.on(connection);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new DatabaseUnavailable(e);
    }
  }

  private Connection unlimited() throws SQLException {
    return switch (settings.location()) {
      case DatabaseSettings.H2 _ -> {
        var connection = DriverManager.getConnection(url, "hearth", "");
        try (var statement = connection.createStatement()) {
          // Otherwise H2 gathers a whole result before it gives the first row.
          statement.execute("SET LAZY_QUERY_EXECUTION TRUE");
          statement.execute("SET QUERY_TIMEOUT 0");
        }
        yield connection;
      }
      case DatabaseSettings.PostgreSql postgres -> {
        var connection = DriverManager.getConnection(url, postgres.user(), postgres.password());
        connection.setReadOnly(true);
        try (var statement = connection.createStatement()) {
          statement.execute("SET statement_timeout = 0");
          statement.execute("SET application_name = 'hearth snapshot'");
        }
        yield connection;
      }
    };
  }

  @Override
  public void close() {
    sessions.close();
    readers.close();
  }
}
