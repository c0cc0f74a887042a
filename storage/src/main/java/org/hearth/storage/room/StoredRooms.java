package org.hearth.storage.room;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.RoomStore;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.TransactionId;
import org.hearth.engine.room.TransactionKey;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.engine.room.state.StateNode;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.Database;

/// What rooms read about themselves.
public final class StoredRooms implements RoomStore {
  private static final String LAST_KEY =
      "SELECT ordinal FROM room_key WHERE room = ? ORDER BY room DESC, ordinal DESC LIMIT 1";
  private static final String LAST_NODE =
      "SELECT id FROM room_node WHERE room = ? ORDER BY room DESC, id DESC LIMIT 1";
  private static final String OCCUPANTS =
      "SELECT server, membership, COUNT(*) FROM room_member WHERE room = ? GROUP BY server, membership";

  private final Database database;
  private final EventRows rows;

  public StoredRooms(Database database, Sealing sealing) {
    this.database = database;
    this.rows = new EventRows(new EventCodec(sealing));
  }

  @Override
  public Optional<RoomRow> room(RoomId roomId) {
    return database.snapshot(
        connection -> {
          try (var query =
              connection.prepareStatement("SELECT number, version FROM room WHERE room_id = ?")) {
            query.setString(1, roomId.value());
            try (var row = query.executeQuery()) {
              if (!row.next()) return Optional.empty();
              var rules = RoomVersion.parse(row.getString(2)).rules();
              return Optional.of(room(connection, new RoomKey(row.getLong(1), roomId, rules)));
            }
          }
        });
  }

  private static RoomRow room(Connection connection, RoomKey key) throws SQLException {
    var standing = RoomStanding.of(connection, key);
    return new RoomRow(
        key,
        standing.heads(),
        standing.root(),
        standing.position(),
        standing.lastOrdinal(),
        (int) RoomStanding.last(connection, LAST_KEY, key, -1),
        RoomStanding.last(connection, LAST_NODE, key, 0));
  }

  @Override
  public Set<RoomId> blocked() {
    return database.jdbc(
        connection -> {
          var blocked = new HashSet<RoomId>();
          try (var query = connection.prepareStatement("SELECT room_id FROM room_block");
              var row = query.executeQuery()) {
            while (row.next()) blocked.add(new RoomId(row.getString(1)));
          }
          return blocked;
        });
  }

  @Override
  public List<OccupantCount> occupants(RoomKey room) {
    return database.jdbc(
        connection -> {
          var counts = new ArrayList<OccupantCount>();
          try (var query = connection.prepareStatement(OCCUPANTS)) {
            query.setLong(1, room.number());
            try (var row = query.executeQuery()) {
              while (row.next())
                counts.add(
                    new OccupantCount(
                        new ServerName(row.getString(1)), row.getString(2), row.getInt(3)));
            }
          }
          return counts;
        });
  }

  @Override
  public List<StateNode> nodes(RoomKey room, Collection<Long> ids) {
    return database.jdbc(
        connection -> {
          var nodes = new ArrayList<StateNode>();
          EventRows.slices(
              connection,
              "SELECT id, node FROM room_node WHERE (room, id) IN ",
              room,
              ids.stream().map(NodeGroup::of).distinct().toList(),
              PreparedStatement::setLong,
              row -> nodes.addAll(NodeGroup.decode(row.getLong(1), row.getBytes(2)).nodes()));
          return nodes;
        });
  }

  @Override
  public List<RoomEvent> events(RoomKey room, Collection<Integer> ordinals) {
    return database.jdbc(
        connection -> {
          var events = new ArrayList<RoomEvent>();
          EventRows.slices(
              connection,
              EventRows.SELECT + "WHERE (e.room, e.ordinal) IN ",
              room,
              ordinals,
              PreparedStatement::setInt,
              row -> events.add(rows.event(row)));
          return events;
        });
  }

  @Override
  public List<RoomEvent> events(Collection<EventId> ids) {
    return database.jdbc(
        connection -> {
          var events = new ArrayList<RoomEvent>();
          EventRows.slices(
              connection,
              EventRows.SELECT + "WHERE e.event_id IN ",
              ids,
              (query, index, id) -> query.setString(index, id.value()),
              row -> events.add(rows.event(row)));
          return events;
        });
  }

  @Override
  public Map<StateKey, Integer> keys(RoomKey room, Collection<StateKey> keys) {
    return database.jdbc(
        connection -> {
          var found = new HashMap<StateKey, Integer>();
          EventRows.slices(
              connection,
              "SELECT ordinal, name FROM room_key WHERE (room, name) IN ",
              room,
              keys,
              (query, index, key) -> query.setBytes(index, EventCodec.name(key)),
              row -> found.put(EventCodec.key(row.getBytes(2)), row.getInt(1)));
          return found;
        });
  }

  @Override
  public Map<Integer, StateKey> keysAt(RoomKey room, Collection<Integer> ordinals) {
    return database.jdbc(
        connection -> {
          var found = new HashMap<Integer, StateKey>();
          EventRows.slices(
              connection,
              "SELECT ordinal, name FROM room_key WHERE (room, ordinal) IN ",
              room,
              ordinals,
              PreparedStatement::setInt,
              row -> found.put(row.getInt(1), EventCodec.key(row.getBytes(2))));
          return found;
        });
  }

  @Override
  public Map<StateKey, Integer> keysOfType(RoomKey room, String type) {
    return database.jdbc(connection -> keysOfType(connection, room, type));
  }

  private static Map<StateKey, Integer> keysOfType(Connection connection, RoomKey room, String type)
      throws SQLException {
    var found = new HashMap<StateKey, Integer>();
    var range = EventCodec.range(type);
    try (var query =
        connection.prepareStatement(
            "SELECT ordinal, name FROM room_key WHERE room = ? AND name >= ? AND name < ?")) {
      query.setLong(1, room.number());
      query.setBytes(2, range[0]);
      query.setBytes(3, range[1]);
      try (var row = query.executeQuery()) {
        while (row.next()) found.put(EventCodec.key(row.getBytes(2)), row.getInt(1));
      }
    }
    return found;
  }

  @Override
  public List<EventLink> links(RoomKey room, int from, int to) {
    return database.jdbc(
        connection -> {
          var links = new ArrayList<EventLink>();
          try (var query =
              connection.prepareStatement(
                  "SELECT ordinal, auth, standing FROM room_event"
                      + " WHERE room = ? AND ordinal >= ? AND ordinal < ?")) {
            query.setLong(1, room.number());
            query.setInt(2, from);
            query.setInt(3, to);
            try (var row = query.executeQuery()) {
              while (row.next())
                links.add(
                    new EventLink(
                        row.getInt(1),
                        EventCodec.ordinals(row.getBytes(2)),
                        row.getInt(3) == StoredEvent.Standing.REJECTED.ordinal()));
            }
          }
          return links;
        });
  }

  @Override
  public Named named(RoomKey room, EventId missing) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT MIN(e.standing) FROM room_gap g JOIN room_event e ON e.room = g.room"
                      + " AND e.ordinal = g.ordinal WHERE g.room = ? AND g.event_id = ?")) {
            query.setLong(1, room.number());
            query.setString(2, missing.value());
            try (var row = query.executeQuery()) {
              row.next();
              int least = row.getInt(1);
              if (row.wasNull()) return Named.BY_NOBODY;
              return least == StoredEvent.Standing.ACCEPTED.ordinal()
                  ? Named.BY_ACCEPTED
                  : Named.BY_REFUSED;
            }
          }
        });
  }

  @Override
  public OptionalLong rootAt(RoomKey room, long position) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT room_state FROM room_event WHERE room = ? AND position <= ? AND position > 0"
                      + " ORDER BY room DESC, position DESC LIMIT 1")) {
            query.setLong(1, room.number());
            query.setLong(2, position);
            try (var row = query.executeQuery()) {
              return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
          }
        });
  }

  @Override
  public Optional<EventId> sent(RoomKey room, TransactionId transactionId, long nowMs) {
    var ordinals = new ArrayList<Integer>();
    var old = new ArrayList<EventId>();
    database.jdbc(
        connection -> {
          var keys = new ArrayList<Long>();
          for (long key : TransactionKey.recent(room, transactionId, nowMs)) keys.add(key);
          EventRows.slices(
              connection,
              "SELECT room, ordinal FROM room_sent WHERE id IN ",
              keys,
              PreparedStatement::setLong,
              row -> {
                if (row.getLong(1) == room.number()) ordinals.add(row.getInt(2));
              });
          if (ordinals.isEmpty()) old.addAll(sentBefore(connection, room, transactionId));
          return null;
        });
    return events(room, ordinals).stream()
        .filter(event -> transactionId.equals(event.transactionId()))
        .map(event -> event.event().eventId())
        .findFirst()
        .or(() -> old.stream().findFirst());
  }

  /// What a version sent that stored transaction ids in full.
  private static List<EventId> sentBefore(
      Connection connection, RoomKey room, TransactionId transactionId) throws SQLException {
    try (var query =
        connection.prepareStatement(
            "SELECT event_id FROM room_transaction WHERE user_id = ? AND device_id = ?"
                + " AND transaction_id = ? AND room = ?")) {
      query.setString(1, transactionId.userId().value());
      query.setString(2, transactionId.deviceId());
      query.setString(3, transactionId.id());
      query.setLong(4, room.number());
      try (var row = query.executeQuery()) {
        return row.next() ? List.of(new EventId(row.getString(1))) : List.of();
      }
    }
  }

  @Override
  public void sentHashes(long nowMs, LongConsumer hashes) {
    database.jdbc(
        connection -> {
          SentIds.all(connection, nowMs, hashes);
          return null;
        });
  }

  @Override
  public Map<EventId, List<Integer>> redactionsOf(RoomKey room, Collection<EventId> targets) {
    return database.jdbc(
        connection -> {
          var found = new HashMap<EventId, List<Integer>>();
          EventRows.slices(
              connection,
              "SELECT target, ordinal FROM room_redaction WHERE (room, target) IN ",
              room,
              targets,
              (query, index, id) -> query.setString(index, id.value()),
              row ->
                  found
                      .computeIfAbsent(new EventId(row.getString(1)), _ -> new ArrayList<>())
                      .add(row.getInt(2)));
          found.values().forEach(ordinals -> ordinals.sort(null));
          return found;
        });
  }
}
