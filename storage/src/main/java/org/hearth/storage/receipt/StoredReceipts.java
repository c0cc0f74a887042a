package org.hearth.storage.receipt;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.receipt.ReceiptStore;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Reads receipts. Each /sync asks, so plain JDBC.
public final class StoredReceipts implements ReceiptStore {
  private static final String COLUMNS =
      "SELECT room_id, user_id, kind, thread, event_id, read_ms, position FROM receipt WHERE ";
  private static final String CHANGED =
      COLUMNS + "room_id = ? AND position > ? AND position <= ? ORDER BY room_id, position";
  private static final String OF_USER = COLUMNS + "room_id = ? AND user_id = ?";

  private final Database database;

  public StoredReceipts(Database database) {
    this.database = database;
  }

  @Override
  public List<Receipt> changed(RoomId roomId, long after, long upTo) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(CHANGED)) {
            query.setString(1, roomId.value());
            query.setLong(2, after);
            query.setLong(3, upTo);
            return receipts(query);
          }
        });
  }

  @Override
  public List<Receipt> of(UserId userId, RoomId roomId) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(OF_USER)) {
            query.setString(1, roomId.value());
            query.setString(2, userId.value());
            return receipts(query);
          }
        });
  }

  private static List<Receipt> receipts(PreparedStatement query) throws SQLException {
    var receipts = new ArrayList<Receipt>();
    try (var rows = query.executeQuery()) {
      while (rows.next()) receipts.add(receipt(rows));
    }
    return receipts;
  }

  private static Receipt receipt(ResultSet row) throws SQLException {
    var thread = row.getString(4);
    return new Receipt(
        new RoomId(row.getString(1)),
        new UserId(row.getString(2)),
        row.getString(3),
        thread.isEmpty() ? null : thread,
        new EventId(row.getString(5)),
        row.getLong(6),
        row.getLong(7));
  }
}
