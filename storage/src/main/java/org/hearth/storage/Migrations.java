package org.hearth.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.internal.jdbc.DriverDataSource;
import org.hearth.storage.copy.CopyRefused;
import org.hearth.storage.rows.Dialect;

/// The steps from an empty database to today's schema. A database may have any of them applied, in
/// any order, since their numbers go by topic.
public final class Migrations {

  /// Where the database notes what it has.
  public static final String HISTORY = "schema_history";

  private static final String PLACE = "org/hearth/storage/migration";

  /// One step.
  ///
  /// @param version its number, such as `0201`
  /// @param script its file
  public record Step(String version, String description, String script) {}

  /// @param applied what the database has, in the order of numbers
  /// @param pending what this program would add
  /// @param unknown versions that the database has and this program does not know: it was used by a
  ///   newer one
  /// @param failed versions that were begun and not finished
  public record Status(
      List<Step> applied, List<Step> pending, List<String> unknown, List<String> failed) {

    /// Whether this program can work on the database as it is.
    public boolean upToDate() {
      return pending.isEmpty() && unknown.isEmpty() && failed.isEmpty();
    }
  }

  /// Names of databases in memory.
  private static final AtomicLong MEMORY = new AtomicLong();

  private final DataSource source;
  private final Dialect dialect;

  Migrations(DataSource source, Dialect dialect) {
    this.source = source;
    this.dialect = dialect;
  }

  /// Steps that are no SQL.
  private static JavaMigration[] inJava(Predicate<String> version) {
    return Stream.<JavaMigration>of(new GroupStateNodes())
        .filter(one -> version.test(String.valueOf(one.getVersion())))
        .toArray(JavaMigration[]::new);
  }

  private FluentConfiguration configuration() {
    return configuration("classpath:" + PLACE, _ -> true);
  }

  private FluentConfiguration configuration(String location, Predicate<String> inJava) {
    return Flyway.configure()
        .dataSource(source)
        .locations(location)
        .javaMigrations(inJava(inJava))
        .placeholders(dialect.placeholders())
        .sqlMigrationPrefix("V")
        .outOfOrder(true)
        .validateMigrationNaming(true)
        .table(HISTORY);
  }

  /// Applies everything that is missing.
  void migrate() {
    configuration().load().migrate();
  }

  /// What is there and what is missing; changes nothing.
  Status status() {
    var info = configuration().load().info();
    var applied = new ArrayList<Step>();
    var pending = new ArrayList<Step>();
    var unknown = new ArrayList<String>();
    var failed = new ArrayList<String>();
    for (var one : info.all()) {
      MigrationState state = one.getState();
      if (state.isFailed()) failed.add(String.valueOf(one.getVersion()));
      else if (state.isApplied() && !state.isResolved())
        unknown.add(String.valueOf(one.getVersion()));
      else if (state.isApplied()) applied.add(step(one));
      else pending.add(step(one));
    }
    return new Status(
        List.copyOf(applied), List.copyOf(pending), List.copyOf(unknown), List.copyOf(failed));
  }

  private static Step step(MigrationInfo info) {
    return new Step(String.valueOf(info.getVersion()), info.getDescription(), info.getScript());
  }

  /// Every version that this program knows.
  List<String> known() {
    return Arrays.stream(configuration().load().info().all())
        .filter(one -> one.getState().isResolved())
        .map(one -> String.valueOf(one.getVersion()))
        .toList();
  }

  /// Applies these versions only, to an empty database: what a backup was made of, or, in a test,
  /// what an older program had.
  void migrateOnly(Set<String> versions) {
    var wanted =
        Arrays.stream(configuration().load().info().all())
            .filter(one -> versions.contains(String.valueOf(one.getVersion())))
            .toList();
    if (wanted.size() != versions.size())
      throw new CopyRefused(
          "The schema was made by a newer program: of its migrations "
              + versions
              + " this one knows "
              + wanted.stream().map(MigrationInfo::getScript).toList()
              + ".");
    try {
      var directory = Files.createTempDirectory("hearth-migrations");
      try {
        for (var one : wanted)
          if (one.getScript().endsWith(".sql")) copy(one.getScript(), directory);
        configuration("filesystem:" + directory, versions::contains).load().migrate();
      } finally {
        remove(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Flyway chooses by place, not by a list.
  private static void copy(String script, Path directory) throws IOException {
    var name = script.substring(script.lastIndexOf('/') + 1);
    var loader = Migrations.class.getClassLoader();
    try (var in = Objects.requireNonNull(loader.getResourceAsStream(PLACE + "/" + name))) {
      Files.copy(in, directory.resolve(name));
    }
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  /// Looks at a schema.
  @FunctionalInterface
  public interface Look {
    void at(Connection connection) throws SQLException;
  }

  /// Gives an empty database in memory, with today's schema.
  public static void inMemory(Look look) throws SQLException {
    inMemory(look, _ -> {});
  }

  /// [#inMemory], and which versions there are.
  static void inMemory(Look look, Consumer<List<String>> versions) throws SQLException {
    var url = "jdbc:h2:mem:hearth-" + MEMORY.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
    try (var connection = DriverManager.getConnection(url, "hearth", "")) {
      try {
        var source =
            new DriverDataSource(Migrations.class.getClassLoader(), null, url, "hearth", "");
        var migrations = new Migrations(source, Dialect.H2);
        migrations.migrate();
        versions.accept(migrations.known());
        look.at(connection);
      } finally {
        try (var statement = connection.createStatement()) {
          statement.execute("SHUTDOWN");
        }
      }
    }
  }
}
