package org.hearth.storage.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hearth.e2ee.sealing.CannotOpen;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.verify.EventRow;
import org.hearth.engine.verify.RoomFacts;
import org.hearth.engine.verify.RoomRows;
import org.hearth.schemas.event.StoredHalves;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.room.RoomVersion;
import org.hearth.storage.Database;
import org.jspecify.annotations.Nullable;

/// Reads a room's rows as they are, damaged or not.
public final class StoredRoomRows implements RoomRows {
  private static final String EVENTS =
      "SELECT e.ordinal, e.event_id, e.position, e.standing, e.rejected_for, e.depth, e.origin_ms,"
          + " e.state_before, e.state_after, e.room_state, e.auth, e.redacted_by, e.clear, e.sealed, e.room"
          + " FROM room_event e ";
  private static final String ROOM = "SELECT number, version FROM room WHERE room_id = ?";

  /// Tables with rows that name an event by its ordinal, with the column that says which.
  private static final List<String> NAME_EVENTS =
      List.of("room_relation", "room_redaction", "room_gap", "room_outgoing");

  private static final int DANGLING = 100;
  private static final Standing[] STANDINGS = Standing.values();

  private final Database database;
  private final Sealing sealing;
  private final EventCodec codec;
  private final ServerName us;

  public StoredRoomRows(Database database, Sealing sealing, ServerName us) {
    this.database = database;
    this.sealing = sealing;
    this.codec = new EventCodec(sealing);
    this.us = us;
  }

  @Override
  public Optional<RoomFacts> facts(RoomId room) {
    return database.snapshot(
        connection -> {
          try (var query = connection.prepareStatement(ROOM)) {
            query.setString(1, room.value());
            try (var row = query.executeQuery()) {
              return row.next()
                  ? Optional.of(facts(connection, room, row))
                  : Optional.<RoomFacts>empty();
            }
          }
        });
  }

  private RoomFacts facts(Connection connection, RoomId room, ResultSet row) throws SQLException {
    var key = new RoomKey(row.getLong(1), room, RoomVersion.parse(row.getString(2)).rules());
    var standing = RoomStanding.of(connection, key);
    return new RoomFacts(
        key,
        standing.heads(),
        standing.root(),
        standing.position(),
        standing.lastOrdinal(),
        members(connection, key),
        locals(connection, room),
        servers(connection, key),
        interrupted(connection, key),
        gaps(connection, key),
        dangling(connection, key));
  }

  private static Map<String, RoomFacts.Member> members(Connection connection, RoomKey room)
      throws SQLException {
    var members = new HashMap<String, RoomFacts.Member>();
    each(
        connection,
        "SELECT user_id, membership, server FROM room_member WHERE room = ?",
        room.number(),
        row ->
            members.put(
                row.getString(1), new RoomFacts.Member(row.getString(2), row.getString(3))));
    return members;
  }

  private static Map<String, RoomFacts.LocalMember> locals(Connection connection, RoomId room)
      throws SQLException {
    var locals = new HashMap<String, RoomFacts.LocalMember>();
    each(
        connection,
        "SELECT user_id, membership, event_id FROM user_room WHERE room_id = ?",
        room.value(),
        row ->
            locals.put(
                row.getString(1), new RoomFacts.LocalMember(row.getString(2), row.getString(3))));
    return locals;
  }

  private static Set<String> servers(Connection connection, RoomKey room) throws SQLException {
    var servers = new HashSet<String>();
    each(
        connection,
        "SELECT server FROM room_server WHERE room = ? AND until = " + RoomTopic.STILL,
        room.number(),
        row -> servers.add(row.getString(1)));
    return servers;
  }

  private boolean interrupted(Connection connection, RoomKey room) throws SQLException {
    var ended = new ArrayList<String>();
    each(
        connection,
        "SELECT server FROM room_server WHERE room = ? AND until < " + RoomTopic.STILL,
        room.number(),
        row -> ended.add(row.getString(1)));
    return ended.contains(us.value());
  }

  private static Set<RoomFacts.Gap> gaps(Connection connection, RoomKey room) throws SQLException {
    var gaps = new HashSet<RoomFacts.Gap>();
    each(
        connection,
        "SELECT event_id, ordinal, purged FROM room_gap WHERE room = ?",
        room.number(),
        row -> gaps.add(new RoomFacts.Gap(row.getString(1), row.getInt(2), row.getBoolean(3))));
    return gaps;
  }

  private static List<String> dangling(Connection connection, RoomKey room) throws SQLException {
    var dangling = new ArrayList<String>();
    for (var table : NAME_EVENTS)
      each(
          connection,
          "SELECT t.ordinal FROM "
              + table
              + " t LEFT JOIN room_event e ON e.room = t.room AND e.ordinal = t.ordinal"
              + " WHERE t.room = ? AND e.ordinal IS NULL ORDER BY t.ordinal LIMIT "
              + DANGLING,
          room.number(),
          row ->
              dangling.add(
                  "A row of "
                      + table
                      + " names event number "
                      + row.getInt(1)
                      + ", which does not exist."));
    return dangling;
  }

  private static void each(
      Connection connection, String sql, Object parameter, EventRows.Reader reader)
      throws SQLException {
    try (var query = connection.prepareStatement(sql)) {
      if (parameter instanceof Long number) query.setLong(1, number);
      else query.setString(1, parameter.toString());
      try (var row = query.executeQuery()) {
        while (row.next()) reader.read(row);
      }
    }
  }

  @Override
  public List<EventRow> page(RoomKey room, int after, int upTo, int limit) {
    return database.jdbc(
        connection -> {
          var page = new ArrayList<EventRow>();
          try (var query =
              connection.prepareStatement(
                  EVENTS
                      + "WHERE e.room = ? AND e.ordinal > ? AND e.ordinal <= ?"
                      + " ORDER BY e.room, e.ordinal LIMIT ?")) {
            query.setLong(1, room.number());
            query.setInt(2, after);
            query.setInt(3, upTo);
            query.setInt(4, limit);
            try (var row = query.executeQuery()) {
              while (row.next()) page.add(event(room, row));
            }
          }
          return page;
        });
  }

  @Override
  public List<EventRow> at(RoomKey room, Collection<Integer> ordinals) {
    return database.jdbc(
        connection -> {
          var found = new HashMap<Integer, EventRow>();
          EventRows.slices(
              connection,
              EVENTS + "WHERE (e.room, e.ordinal) IN ",
              room,
              ordinals,
              PreparedStatement::setInt,
              row -> found.put(row.getInt(1), event(room, row)));
          return List.copyOf(found.values());
        });
  }

  @Override
  public List<EventRow> named(RoomKey room, Collection<EventId> ids) {
    return database.jdbc(
        connection -> {
          var found = new HashMap<Integer, EventRow>();
          EventRows.slices(
              connection,
              EVENTS + "WHERE e.event_id IN ",
              ids,
              (query, index, id) -> query.setString(index, id.value()),
              row -> {
                if (row.getLong(15) == room.number()) found.put(row.getInt(1), event(room, row));
              });
          return List.copyOf(found.values());
        });
  }

  private EventRow event(RoomKey room, ResultSet row) throws SQLException {
    var id = new EventId(row.getString(2));
    var read = read(room, id, row.getInt(12), row.getBytes(13), row.getBytes(14));
    int standing = row.getInt(4);
    boolean known = standing >= 0 && standing < STANDINGS.length;
    byte[] auth = row.getBytes(11);
    return new EventRow(
        row.getInt(1),
        id,
        row.getLong(3),
        known ? STANDINGS[standing] : Standing.OUTLIER,
        row.getString(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        auth.length % 4 == 0 ? EventCodec.ordinals(auth) : List.of(),
        row.getInt(12),
        row.getBytes(14) != null,
        read.json(),
        known ? read.problem() : "Standing " + standing + " does not exist");
  }

  private record Read(@Nullable ObjectNode json, @Nullable String problem) {}

  private Read read(
      RoomKey room, EventId id, int redactedBy, byte[] clear, byte @Nullable [] sealed) {
    ObjectNode open;
    try {
      open = EventCodec.parse(clear);
    } catch (IllegalStateException e) {
      return new Read(null, "Its row holds no JSON object");
    }
    if (sealed == null || redactedBy != 0)
      return new Read(new StoredHalves(open, Json.object()).join(), null);
    try {
      return new Read(new StoredHalves(open, codec.sealedHalf(room.id(), id, sealed)).join(), null);
    } catch (CannotOpen e) {
      return new Read(open, "Its sealed content cannot be opened");
    } catch (IllegalStateException e) {
      return new Read(open, "Its content is no JSON object");
    }
  }

  @Override
  public List<Relation> relations(RoomKey room, Collection<EventId> targets) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<Relation>();
          EventRows.slices(
              connection,
              "SELECT target, ordinal, rel_type FROM room_relation WHERE (room, target) IN ",
              room,
              targets,
              (query, index, id) -> query.setString(index, id.value()),
              row ->
                  found.add(
                      new Relation(
                          new EventId(row.getString(1)),
                          row.getInt(2),
                          new String(row.getBytes(3), UTF_8))));
          return found;
        });
  }

  @Override
  public Map<EventId, List<Integer>> redactions(RoomKey room, Collection<EventId> targets) {
    return new StoredRooms(database, sealing).redactionsOf(room, targets);
  }
}
