package org.hearth.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.storage.check.DatabaseCheck;
import org.hearth.storage.copy.Progress;
import org.hearth.storage.copy.Snapshot;
import org.hearth.storage.copy.TableDigest;
import org.hearth.storage.copy.TableShape;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// "Each migration tested forwards on a database with data": each migration that came after the
/// first schema is applied by itself, one after the other, and finds rows in all tables that there
/// are then. What becomes of the values that a migration rewrites, its own test tells (such as
/// [GroupStateNodesTest]).
class MigrationsTest {
  private static final Set<String> FIRST =
      Set.of("0101", "0102", "0201", "0301", "0401", "0501", "0502", "0601", "0701");

  /// Whose values migrations change; their rows stay.
  private static final Set<String> REWRITTEN = Set.of("room_event", "room_head", "room_node");

  /// What they hold goes elsewhere.
  private static final Set<String> REMOVED = Set.of("room_head");

  private static final int ROWS = 12;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"H2", "PostgreSQL"})
  void rowsOfOlderSchemasStay(String kind) throws Exception {
    var settings =
        kind.equals("H2") ? Databases.h2(directory.resolve("data")) : Databases.postgres();
    var known = new TreeSet<String>();
    Migrations.inMemory(fresh -> {}, known::addAll);
    var applied = new TreeSet<String>(FIRST);
    try (var older = BulkTarget.open(settings.location())) {
      older.migrateOnly(applied);
      for (var version : known) {
        if (!applied.add(version)) continue;
        RandomRows.fillEmpty(older.connection(), applied.size(), ROWS);
        var before = Contents.of(older);
        older.migrateOnly(applied);
        assertThat(older.migrations().failed()).isEmpty();
        before.comparedWith(Contents.of(older), version);
      }
    }

    try (var storage =
        Storage.open(
            settings,
            StorageFixture.roots(),
            InstantSource.system(),
            StorageFixture.THROWING,
            StorageMetrics.NONE)) {
      assertThat(storage.database().migrations().upToDate()).isTrue();
      assertThat(storage.check(directory, Progress.NONE).findings())
          .extracting(DatabaseCheck.Finding::what)
          .doesNotContain(
              "tables that are not as they should be",
              "indexes that are missing",
              "migrations that are missing");
    }
  }

  /// All tables at one moment.
  private record Contents(List<TableShape> shapes, Map<String, TableDigest.Total> totals) {

    static Contents of(BulkTarget database) throws SQLException {
      var snapshot = new Snapshot(database.connection(), database.dialect());
      var totals = new TreeMap<String, TableDigest.Total>();
      for (var table : snapshot.tables()) totals.put(table.name(), snapshot.digest(table));
      var shapes = snapshot.tables();
      database.connection().rollback();
      return new Contents(shapes, totals);
    }

    void comparedWith(Contents after, String version) {
      for (var shape : shapes) {
        var was = totals.get(shape.name());
        var is = after.totals.get(shape.name());
        var where = shape.name() + " after " + version;
        assertThat(was.rows()).as(where).isPositive();
        if (is == null) {
          assertThat(REMOVED).as(where).contains(shape.name());
          continue;
        }
        assertThat(is.rows()).as(where).isEqualTo(was.rows());
        if (!REWRITTEN.contains(shape.name()) && after.shapes.contains(shape))
          assertThat(is).as(where).isEqualTo(was);
      }
    }
  }
}
