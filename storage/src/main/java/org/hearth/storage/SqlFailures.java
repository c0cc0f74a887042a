package org.hearth.storage;

import java.sql.SQLException;
import org.hearth.ledger.LedgerException;
import org.jspecify.annotations.Nullable;

/// Tells failures of the data from failures of the database, by SQLSTATE.
final class SqlFailures {
  private SqlFailures() {}

  static LedgerException classify(SQLException failure) {
    return dataAtFault(failure)
        ? new LedgerException.Refused(failure)
        : new LedgerException.Unavailable("The database cannot write now.", failure);
  }

  /// Data exceptions (22), integrity (23), wrong SQL (42) and broken limits (54) concern these rows
  /// only; connections (08), resources (53), operators (57), disks (58), read-only (25),
  /// serialization (40) and everything unknown concern all rows.
  private static boolean dataAtFault(SQLException failure) {
    for (@Nullable SQLException e = failure; e != null; e = e.getNextException()) {
      var state = e.getSQLState();
      if (state == null || state.length() < 2) continue;
      switch (state.substring(0, 2)) {
        case "22", "23", "42", "54", "21" -> {
          return true;
        }
        case "90" -> {
          // H2's own codes: IO, closed, broken connection, read-only, out of memory; all others are
          // about the statement.
          return switch (e.getErrorCode()) {
            case 90028, 90030, 90031, 90067, 90097, 90098, 90108, 90121, 90135 -> false;
            default -> true;
          };
        }
        default -> {}
      }
    }
    return false;
  }
}
