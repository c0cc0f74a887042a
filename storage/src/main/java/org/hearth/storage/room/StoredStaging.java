package org.hearth.storage.room;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.room.StagingStore;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.storage.Database;

/// Other servers' events that wait to be worked in.
public final class StoredStaging implements StagingStore {
  private final Database database;
  private final EventCodec codec;

  public StoredStaging(Database database, Sealing sealing) {
    this.database = database;
    this.codec = new EventCodec(sealing);
  }

  @Override
  public List<RoomId> rooms(int limit) {
    return database.jdbc(
        connection -> {
          var rooms = new ArrayList<RoomId>();
          try (var query =
              connection.prepareStatement("SELECT DISTINCT room_id FROM room_staged LIMIT ?")) {
            query.setInt(1, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) rooms.add(new RoomId(row.getString(1)));
            }
          }
          return rooms;
        });
  }

  @Override
  public List<Staged> staged(RoomId room, long after, int limit) {
    return database.jdbc(
        connection -> {
          var staged = new ArrayList<Staged>();
          try (var query =
              connection.prepareStatement(
                  "SELECT event_id, origin, pdu, position, received_ms FROM room_staged"
                      + " WHERE room_id = ? AND position > ?"
                      + " ORDER BY room_id, position LIMIT ?")) {
            query.setString(1, room.value());
            query.setLong(2, after);
            query.setInt(3, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) {
                var event = new EventId(row.getString(1));
                staged.add(
                    new Staged(
                        room,
                        event,
                        new ServerName(row.getString(2)),
                        codec.open(
                            KeyScope.room(room),
                            room.value() + "|" + event.value() + "|staged",
                            row.getBytes(3)),
                        row.getLong(4),
                        row.getLong(5)));
              }
            }
          }
          return staged;
        });
  }

  @Override
  public Optional<byte[]> answered(ServerName origin, String transactionId) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT answer FROM inbound_transaction WHERE origin = ? AND transaction_id = ?")) {
            query.setString(1, origin.value());
            query.setString(2, transactionId);
            try (var row = query.executeQuery()) {
              return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
          }
        });
  }
}
