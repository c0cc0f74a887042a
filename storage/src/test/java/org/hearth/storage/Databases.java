package org.hearth.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// Empty databases for tests: H2 in a directory, and databases of one real PostgreSQL per JVM.
final class Databases {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Databases() {}

  static DatabaseSettings h2(Path directory) {
    return DatabaseSettings.of(new DatabaseSettings.H2(directory));
  }

  static DatabaseSettings postgres() {
    var name = "test" + COUNT.incrementAndGet();
    try (var connection = Server.RUNNING.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return DatabaseSettings.of(
        new DatabaseSettings.PostgreSql(
            "jdbc:postgresql://localhost:" + Server.RUNNING.getPort() + "/" + name,
            "postgres",
            "postgres"));
  }

  /// Started at first use; ends with the JVM.
  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        var files = Files.createTempDirectory("hearth-postgres");
        var server =
            EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "300")
                .setDataDirectory(files)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, files)));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Hundreds of databases are some ten thousand files: another process takes them away, so that
    /// the tests need not wait for it.
    private static void end(EmbeddedPostgres server, Path files) {
      try {
        server.close();
        new ProcessBuilder("rm", "-rf", files.toString()).start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
