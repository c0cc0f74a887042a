package org.hearth.storage.copy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.hearth.storage.BulkTarget;

/// A database that is being filled from a backup. No server starts on it before [#finish].
public final class Restored {

  /// How far the ledger's positions jump. Clients and servers have seen positions that came after
  /// the backup; none of them is given a second time, so that their tokens stay in the past.
  private static final long JUMP = 1_000_000_000;

  /// What a table must come to.
  public record Expected(TableShape shape, TableDigest.Total total) {}

  private final BulkTarget target;
  private final CopyLedger ledger;

  private Restored(BulkTarget target, CopyLedger ledger) {
    this.target = target;
    this.ledger = ledger;
  }

  /// @param backup its name
  public static Restored begin(BulkTarget target, String backup) throws SQLException, IOException {
    var ledger = CopyLedger.create(target.connection(), target.dialect(), "backup " + backup);
    target.force();
    return new Restored(target, ledger);
  }

  /// Reads everything back. Throws [CopyRefused] if it is not what was saved.
  public void verify(List<Expected> expected, Progress progress) throws SQLException {
    var snapshot = new Snapshot(target.connection(), target.dialect());
    if (!snapshot.tables().equals(expected.stream().map(Expected::shape).toList()))
      throw new CopyRefused("The tables are not those of the backup.");
    var totals = CopyLedger.totals(snapshot, progress);
    target.connection().rollback();
    for (var table : expected)
      if (!table.total().equals(totals.get(table.shape().name())))
        throw new CopyRefused("The table " + table.shape().name() + " is not what was saved.");
  }

  /// Brings the schema to this program's, and lets a server start.
  public void finish() throws SQLException, IOException {
    try (var statement = target.connection().createStatement()) {
      statement.executeUpdate(
          "INSERT INTO ledger_batch (id, last_position, epoch) SELECT COALESCE(MAX(id), 0) + 1, COALESCE(MAX(last_position), 0) + "
              + JUMP
              + ", COALESCE(MAX(epoch), 0) FROM ledger_batch");
    }
    target.force();
    target.migrate();
    ledger.finish();
    target.force();
    target.analyze();
  }
}
