package org.hearth.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.h2.engine.Constants;
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

  private final Dialect dialect;
  private final HikariDataSource readers;
  private final Sessions sessions;

  private Database(Dialect dialect, HikariDataSource readers, Sessions sessions) {
    this.dialect = dialect;
    this.readers = readers;
    this.sessions = sessions;
  }

  static Database open(
      DatabaseSettings settings, String url, List<Class<?>> entities, boolean validate) {
    var dialect =
        settings.location() instanceof DatabaseSettings.H2 ? Dialect.H2 : Dialect.POSTGRESQL;
    var readers = pool(settings, url);
    try {
      var sessions = validate ? null : Sessions.of(readers, dialect, entities);
      if (settings.migrating()) migrate(readers, dialect);
      if (sessions == null) sessions = Sessions.validated(readers, dialect, entities);
      return new Database(dialect, readers, sessions);
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

  private static void migrate(HikariDataSource source, Dialect dialect) {
    Flyway.configure()
        .dataSource(source)
        .locations("classpath:org/hearth/storage/migration")
        .javaMigrations(new GroupStateNodes())
        .placeholders(dialect.placeholders())
        .sqlMigrationPrefix("V")
        .outOfOrder(true)
        .validateMigrationNaming(true)
        .table("schema_history")
        .load()
        .migrate();
  }

  public Dialect dialect() {
    return dialect;
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

  @Override
  public void close() {
    sessions.close();
    readers.close();
  }
}
