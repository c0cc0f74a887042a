package org.hearth.storage;

import java.sql.Connection;
import java.sql.SQLException;
import org.hearth.ledger.BatchWriter.Resume;

/// What the database says about its batches.
///
/// @param epoch the last writer's
record StoredBatches(Resume resume, long epoch) {

  static StoredBatches read(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT MAX(last_position), MAX(id), MAX(epoch) FROM ledger_batch")) {
      row.next();
      return new StoredBatches(new Resume(row.getLong(1), row.getLong(2)), row.getLong(3));
    }
  }

  static boolean contains(Connection connection, long batch, long epoch) throws SQLException {
    try (var statement =
        connection.prepareStatement("SELECT 1 FROM ledger_batch WHERE id = ? AND epoch = ?")) {
      statement.setLong(1, batch);
      statement.setLong(2, epoch);
      try (var row = statement.executeQuery()) {
        return row.next();
      }
    }
  }
}
