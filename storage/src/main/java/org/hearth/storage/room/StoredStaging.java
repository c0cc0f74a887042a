package org.hearth.storage.room;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
                  "SELECT room_id, event_id, origin, pdu, position, received_ms FROM room_staged"
                      + " WHERE room_id = ? AND position > ?"
                      + " ORDER BY room_id, position LIMIT ?")) {
            query.setString(1, room.value());
            query.setLong(2, after);
            query.setInt(3, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) staged.add(staged(row));
            }
          }
          return staged;
        });
  }

  private Staged staged(ResultSet row) throws SQLException {
    var room = new RoomId(row.getString(1));
    var event = new EventId(row.getString(2));
    return new Staged(
        room,
        event,
        new ServerName(row.getString(3)),
        codec.open(
            KeyScope.room(room), room.value() + "|" + event.value() + "|staged", row.getBytes(4)),
        row.getLong(5),
        row.getLong(6));
  }

  @Override
  public Set<EventId> awaitingKeys(RoomId room) {
    return database.jdbc(
        connection -> {
          var events = new TreeSet<EventId>();
          try (var query =
              connection.prepareStatement(
                  "SELECT event_id FROM room_awaited_key WHERE room_id = ?")) {
            query.setString(1, room.value());
            try (var row = query.executeQuery()) {
              while (row.next()) events.add(new EventId(row.getString(1)));
            }
          }
          return events;
        });
  }

  @Override
  public AwaitingKeys awaitingKeys(ServerName origin, RoomId room) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT COUNT(*), COUNT(CASE WHEN room_id = ? THEN 1 END) FROM room_awaited_key"
                      + " WHERE origin = ?")) {
            query.setString(1, room.value());
            query.setString(2, origin.value());
            try (var row = query.executeQuery()) {
              row.next();
              return new AwaitingKeys(row.getInt(1), row.getInt(2));
            }
          }
        });
  }

  @Override
  public List<Awaited> oldestAwaiting(long after, int limit) {
    return database.jdbc(
        connection -> {
          var awaited = new ArrayList<Awaited>();
          try (var query =
              connection.prepareStatement(
                  "SELECT s.room_id, s.event_id, s.origin, s.pdu, s.position, s.received_ms, o.server"
                      + " FROM (SELECT server, MIN(position) AS first FROM room_awaited_key"
                      + " GROUP BY server) o"
                      + " JOIN room_awaited_key k ON k.server = o.server AND k.position = o.first"
                      + " JOIN room_staged s ON s.room_id = k.room_id AND s.event_id = k.event_id"
                      + " WHERE s.position > ? ORDER BY s.position LIMIT ?")) {
            query.setLong(1, after);
            query.setInt(2, limit);
            try (var row = query.executeQuery()) {
              while (row.next())
                awaited.add(new Awaited(new ServerName(row.getString(7)), staged(row)));
            }
          }
          return awaited;
        });
  }

  @Override
  public List<RoomId> roomsAwaiting(ServerName server, int limit) {
    return database.jdbc(
        connection -> {
          var rooms = new ArrayList<RoomId>();
          try (var query =
              connection.prepareStatement(
                  "SELECT DISTINCT room_id FROM room_awaited_key WHERE server = ? LIMIT ?")) {
            query.setString(1, server.value());
            query.setInt(2, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) rooms.add(new RoomId(row.getString(1)));
            }
          }
          return rooms;
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
