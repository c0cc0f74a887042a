package org.hearth.storage.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.room.TransactionKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;

/// All transaction ids that are kept, as hashes, a page at a time.
final class SentIds {
  private static final int PAGE = 10_000;
  private static final Duration KEPT = Duration.ofHours(24);

  private SentIds() {}

  static void all(Connection connection, long nowMs, LongConsumer hashes) throws SQLException {
    long after = TransactionKey.from(nowMs - KEPT.toMillis()) - 1;
    try (var query =
        connection.prepareStatement("SELECT id FROM room_sent WHERE id > ? ORDER BY id LIMIT ?")) {
      int count;
      do {
        count = 0;
        query.setLong(1, after);
        query.setInt(2, PAGE);
        try (var row = query.executeQuery()) {
          for (; row.next(); count++) {
            after = row.getLong(1);
            hashes.accept(TransactionKey.hash(after));
          }
        }
      } while (count == PAGE);
    }
    before(connection, hashes);
  }

  /// Those of a version that stored them in full.
  private static void before(Connection connection, LongConsumer hashes) throws SQLException {
    try (var query =
            connection.prepareStatement(
                "SELECT t.user_id, t.device_id, t.transaction_id, t.room, r.room_id, r.version"
                    + " FROM room_transaction t JOIN room r ON r.number = t.room");
        var row = query.executeQuery()) {
      while (row.next()) {
        var room =
            new RoomKey(
                row.getLong(4),
                new RoomId(row.getString(5)),
                RoomVersion.parse(row.getString(6)).rules());
        var id =
            new TransactionId(new UserId(row.getString(1)), row.getString(2), row.getString(3));
        hashes.accept(TransactionKey.hash(TransactionKey.of(room, id, 0)));
      }
    }
  }
}
