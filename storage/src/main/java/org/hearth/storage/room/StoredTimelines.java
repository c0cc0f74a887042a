package org.hearth.storage.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.Timeline.Direction;
import org.hearth.engine.room.TimelineStore;
import org.hearth.schemas.id.EventId;
import org.hearth.storage.Database;

/// Pages of a room's events. Each order names the room as well: H2 sorts the whole room otherwise.
public final class StoredTimelines implements TimelineStore {
  private static final String BY_POSITION =
      EventRows.SELECT
          + "WHERE e.room = ? AND e.position > ? AND e.position <= ? AND e.standing = 0"
          + " ORDER BY e.room DESC, e.position DESC LIMIT ?";
  private static final String BY_DEPTH_BACKWARDS =
      EventRows.SELECT
          + "WHERE e.room = ? AND e.depth <= ? AND (e.depth < ? OR e.ordinal < ?) AND e.standing = 0"
          + " ORDER BY e.room DESC, e.depth DESC, e.ordinal DESC LIMIT ?";
  private static final String BY_DEPTH_FORWARDS =
      EventRows.SELECT
          + "WHERE e.room = ? AND e.depth >= ? AND (e.depth > ? OR e.ordinal >= ?) AND e.standing = 0"
          + " ORDER BY e.room, e.depth, e.ordinal LIMIT ?";
  private static final String BY_TIME_BACKWARDS =
      EventRows.SELECT
          + "WHERE e.room = ? AND e.origin_ms <= ? AND e.standing = 0"
          + " ORDER BY e.room DESC, e.origin_ms DESC, e.ordinal DESC LIMIT ?";
  private static final String BY_TIME_FORWARDS =
      EventRows.SELECT
          + "WHERE e.room = ? AND e.origin_ms >= ? AND e.standing = 0"
          + " ORDER BY e.room, e.origin_ms, e.ordinal LIMIT ?";

  /// The sum and the condition on the depth keep H2 with the index by depth, from whose end it
  /// reads few rows.
  private static final String DEEPEST =
      "SELECT depth, ordinal FROM room_event WHERE room = ? AND standing = 0 AND depth <= ?"
          + " AND position + 0 BETWEEN 1 AND ?"
          + " ORDER BY room DESC, depth DESC, ordinal DESC LIMIT 1";

  private final Database database;
  private final EventRows rows;

  public StoredTimelines(Database database, Sealing sealing) {
    this.database = database;
    this.rows = new EventRows(new EventCodec(sealing));
  }

  @FunctionalInterface
  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  private List<RoomEvent> events(String sql, Parameters parameters) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(sql)) {
            parameters.set(query);
            return rows.events(query);
          }
        });
  }

  @Override
  public List<RoomEvent> byPosition(RoomKey room, long after, long upTo, int limit) {
    return events(
        BY_POSITION,
        query -> {
          query.setLong(1, room.number());
          query.setLong(2, after);
          query.setLong(3, upTo);
          query.setInt(4, limit);
        });
  }

  @Override
  public Optional<Place> deepest(RoomKey room, long upTo) {
    return database.jdbc(
        connection -> {
          try (var query = connection.prepareStatement(DEEPEST)) {
            query.setLong(1, room.number());
            query.setLong(2, Long.MAX_VALUE);
            query.setLong(3, upTo);
            try (var row = query.executeQuery()) {
              return row.next()
                  ? Optional.of(new Place(row.getLong(1), row.getInt(2)))
                  : Optional.empty();
            }
          }
        });
  }

  @Override
  public List<RoomEvent> byDepth(RoomKey room, Place from, Direction direction, int limit) {
    return events(
        direction == Direction.BACKWARDS ? BY_DEPTH_BACKWARDS : BY_DEPTH_FORWARDS,
        query -> {
          query.setLong(1, room.number());
          query.setLong(2, from.depth());
          query.setLong(3, from.depth());
          query.setInt(4, from.ordinal());
          query.setInt(5, limit);
        });
  }

  @Override
  public List<RoomEvent> byTime(RoomKey room, long timeMs, Direction direction, int limit) {
    return events(
        direction == Direction.BACKWARDS ? BY_TIME_BACKWARDS : BY_TIME_FORWARDS,
        query -> {
          query.setLong(1, room.number());
          query.setLong(2, timeMs);
          query.setInt(3, limit);
        });
  }

  @Override
  public List<Gap> gaps(RoomKey room, long minDepth, int limit) {
    return database.jdbc(
        connection -> {
          var gaps = new ArrayList<Gap>();
          try (var query =
              connection.prepareStatement(
                  "SELECT event_id, ordinal FROM room_gap WHERE room = ? AND depth >= ? AND NOT purged"
                      + " ORDER BY room DESC, depth DESC LIMIT ?")) {
            query.setLong(1, room.number());
            query.setLong(2, minDepth);
            query.setInt(3, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) gaps.add(new Gap(new EventId(row.getString(1)), row.getInt(2)));
            }
          }
          return gaps;
        });
  }

  @Override
  public List<Related> relations(RoomKey room, Collection<EventId> targets, int limit) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<Related>();
          EventRows.slices(
              connection,
              "SELECT target, ordinal, rel_type FROM room_relation WHERE (room, target) IN ",
              room,
              targets,
              (query, index, id) -> query.setString(index, id.value()),
              row -> {
                if (found.size() < limit)
                  found.add(
                      new Related(
                          new EventId(row.getString(1)),
                          row.getInt(2),
                          new String(row.getBytes(3), UTF_8)));
              });
          found.sort(java.util.Comparator.comparingInt(Related::ordinal));
          return found;
        });
  }

  @Override
  public List<Related> latestRelations(RoomKey room, String type, int before, int limit) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<Related>();
          try (var query =
              connection.prepareStatement(
                  "SELECT target, MAX(ordinal) AS latest FROM room_relation"
                      + " WHERE room = ? AND rel_type = ? GROUP BY target"
                      + " HAVING MAX(ordinal) < ? ORDER BY latest DESC LIMIT ?")) {
            query.setLong(1, room.number());
            query.setBytes(2, type.getBytes(UTF_8));
            query.setInt(3, before);
            query.setInt(4, limit);
            try (var row = query.executeQuery()) {
              while (row.next())
                found.add(new Related(new EventId(row.getString(1)), row.getInt(2), type));
            }
          }
          return found;
        });
  }
}
