package org.hearth.storage.copy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hearth.storage.BulkTarget;
import org.hearth.storage.Database;
import org.hearth.storage.Migrations;
import org.jspecify.annotations.Nullable;

/// Brings a target to the state of a source, whatever it has of it already: all of it the first
/// time, what changed since then, or what is left after an interruption.
///
/// A run reads the source in one snapshot while its server goes on. What it makes is a true state
/// of the source, of the moment at which the run began; the run that finds the source stopped is
/// the last one. See docs/adr/0012-copies-and-backups.md.
public final class DatabaseCopy {

  /// One table, proven equal on both sides.
  public record Copied(String table, TableDigest.Total total) {}

  /// @param position of the ledger up to which the target has everything
  /// @param chunksWritten of all chunks, the ones that this run had to write
  /// @param finished whether a server may start on the target
  public record Report(
      List<Copied> tables, long position, long chunksWritten, long chunks, boolean finished) {}

  private final BulkTarget target;
  private final Progress progress;
  private long written;
  private long chunks;
  private long done;
  private long rows;

  private DatabaseCopy(BulkTarget target, Progress progress) {
    this.target = target;
    this.progress = progress;
  }

  /// One run.
  ///
  /// Throws [CopyRefused] if the target holds something else, or if the two sides differ at the
  /// end.
  ///
  /// @param last whether nothing writes to the source now or later: then the target is finished,
  ///   and `movedTo` is noted in the source
  public static Report run(
      Database source, BulkTarget target, Progress progress, @Nullable String movedTo) {
    requireCurrent(source.migrations());
    var copy = new DatabaseCopy(target, progress);
    var report = source.longSnapshot(connection -> copy.run(connection, source, movedTo != null));
    if (movedTo == null) return report;
    source.jdbc(
        connection -> {
          CopyMarks.moved(connection, movedTo);
          return true;
        });
    return report;
  }

  private static void requireCurrent(Migrations.Status status) {
    if (!status.upToDate())
      throw new CopyRefused(
          "The source has another schema than this program. Run `hearth db migrate` first.");
  }

  private Report run(java.sql.Connection connection, Database source, boolean last)
      throws SQLException {
    try {
      var snapshot = new Snapshot(connection, source.dialect());
      var ledger = prepare(snapshot, source.migrations());
      rows = snapshot.rows();
      var copied = new ArrayList<Copied>();
      for (var table : snapshot.tables()) copied.add(table(snapshot, table, ledger));
      target.force();
      verify(copied);
      if (last) {
        ledger.finish();
        target.force();
        target.analyze();
      }
      return new Report(List.copyOf(copied), snapshot.position(), written, chunks, last);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CopyLedger prepare(Snapshot snapshot, Migrations.Status migrations)
      throws SQLException, IOException {
    var identity = snapshot.identity();
    if (identity == null)
      throw new CopyRefused("The source is empty; start a server on the target instead.");
    var connection = target.connection();
    if (target.isEmpty()) {
      target.migrateOnly(
          migrations.applied().stream().map(Migrations.Step::version).collect(Collectors.toSet()));
      var ledger = CopyLedger.create(connection, target.dialect(), identity);
      target.force();
      return ledger;
    }
    var begun = CopyLedger.source(connection);
    if (begun == null)
      throw new CopyRefused(
          "The target is not empty, and what it holds is not a copy that was begun here. Give an"
              + " empty database.");
    if (!begun.equals(identity))
      throw new CopyRefused("The target holds an unfinished copy of another database.");
    requireSameSchema(snapshot.tables());
    return CopyLedger.resume(connection);
  }

  private void requireSameSchema(List<TableShape> tables) throws SQLException {
    if (!target.migrations().upToDate() || !TableShape.of(target.connection()).equals(tables))
      throw new CopyRefused(
          "The target was begun with another schema version. Give an empty database.");
    target.connection().rollback();
  }

  private Copied table(Snapshot snapshot, TableShape table, CopyLedger ledger)
      throws SQLException, IOException {
    var there = ledger.chunks(table.name());
    try (var writer = new TableWriter(target.connection(), table)) {
      if (!there.isEmpty()) there = removeStale(snapshot, table, ledger, writer, there);
      var known = there;
      var total = snapshot.read(table, chunk -> add(table, chunk, known, ledger, writer));
      return new Copied(table.name(), total);
    }
  }

  /// Takes out what the source does not have any more, before anything is put in: a row may have
  /// changed, or another may have taken its place in an index.
  private Set<String> removeStale(
      Snapshot snapshot, TableShape table, CopyLedger ledger, TableWriter writer, Set<String> there)
      throws SQLException, IOException {
    progress.at("comparing " + table.name(), done, rows);
    var wanted = new TreeSet<String>();
    snapshot.read(table, chunk -> wanted.add(CopyLedger.hash(chunk)));
    for (var hash : there) {
      if (wanted.contains(hash)) continue;
      byte[] keys = ledger.keys(table.name(), hash);
      writer.delete(keys);
      ledger.remove(table.name(), hash);
      target.commit(keys.length);
    }
    wanted.retainAll(there);
    return wanted;
  }

  private void add(
      TableShape table, RowChunk chunk, Set<String> known, CopyLedger ledger, TableWriter writer) {
    var hash = CopyLedger.hash(chunk);
    chunks++;
    try {
      if (!known.contains(hash)) {
        writer.insert(chunk);
        ledger.add(table.name(), hash, writer.keys(chunk));
        target.commit(chunk.bytes().length);
        written++;
      }
    } catch (SQLException e) {
      throw new CopyRefused(
          "The target did not take rows of " + table.name() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    done += chunk.count();
    progress.at("copying " + table.name(), done, rows);
  }

  /// Reads everything back and compares counts and hashes.
  private void verify(List<Copied> copied) throws SQLException {
    var connection = target.connection();
    var totals = CopyLedger.totals(new Snapshot(connection, target.dialect()), progress);
    connection.rollback();
    for (var one : copied) {
      var back = Objects.requireNonNull(totals.get(one.table()), one.table());
      if (!back.equals(one.total()))
        throw new CopyRefused(
            "The table %s differs: the source has %d rows with hash %s, the target %d with %s."
                .formatted(
                    one.table(), one.total().rows(), one.total().hash(), back.rows(), back.hash()));
    }
  }
}
