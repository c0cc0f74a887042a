package org.hearth.storage.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.hearth.engine.purge.Purge;
import org.hearth.engine.purge.PurgeStore;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.storage.Database;

/// What purges read.
public final class StoredPurges implements PurgeStore {
  private static final String PURGES =
      "SELECT id, room_id, kind, status, room, before_depth, started_ms, ended_ms, rows_removed,"
          + " detail FROM room_purge ";
  private static final String PLACES =
      "SELECT ordinal, depth, standing, position, state_before, state_after, room_state, auth,"
          + " redacted_by";
  private static final int MOST_PURGES = 1_000;
  private static final Standing[] STANDINGS = Standing.values();

  private final Database database;

  public StoredPurges(Database database) {
    this.database = database;
  }

  @FunctionalInterface
  private interface Parameters {
    void set(PreparedStatement query) throws SQLException;
  }

  @FunctionalInterface
  private interface Read<T> {
    T row(ResultSet row) throws SQLException;
  }

  private <T> List<T> list(String sql, Parameters parameters, Read<T> read) {
    return database.jdbc(
        connection -> {
          var found = new ArrayList<T>();
          try (var query = connection.prepareStatement(sql)) {
            parameters.set(query);
            try (var row = query.executeQuery()) {
              while (row.next()) found.add(read.row(row));
            }
          }
          return found;
        });
  }

  @Override
  public List<Purge> unfinished() {
    return list(
        PURGES + "WHERE ended_ms = 0 ORDER BY started_ms, id LIMIT " + MOST_PURGES,
        _ -> {},
        StoredPurges::purge);
  }

  @Override
  public Optional<Purge> purge(String id) {
    return list(PURGES + "WHERE id = ?", query -> query.setString(1, id), StoredPurges::purge)
        .stream()
        .findFirst();
  }

  @Override
  public List<Purge> purgesOf(RoomId room) {
    return list(
        PURGES + "WHERE room_id = ? ORDER BY started_ms DESC, id LIMIT " + MOST_PURGES,
        query -> query.setString(1, room.value()),
        StoredPurges::purge);
  }

  private static Purge purge(ResultSet row) throws SQLException {
    return new Purge(
        row.getString(1),
        new RoomId(row.getString(2)),
        Purge.Kind.valueOf(row.getString(3)),
        Purge.Status.valueOf(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        detail(row.getString(10)));
  }

  static String detail(Purge.Detail detail) {
    var json = Json.object();
    detail.kicked().forEach(json.putArray("kicked")::add);
    detail.failedToKick().forEach(json.putArray("failed")::add);
    detail.aliases().forEach(json.putArray("aliases")::add);
    json.put("error", detail.error());
    return new String(Json.write(json), UTF_8);
  }

  private static Purge.Detail detail(String text) {
    try {
      var json = Json.parseObject(text.getBytes(UTF_8));
      return new Purge.Detail(
          words(json.withArray("kicked")),
          words(json.withArray("failed")),
          words(json.withArray("aliases")),
          json.path("error").asText());
    } catch (MalformedJson e) {
      throw new IllegalStateException("What is stored of a purge is damaged.", e);
    }
  }

  private static List<String> words(ArrayNode array) {
    var words = new ArrayList<String>();
    array.forEach(word -> words.add(word.asText()));
    return words;
  }

  @Override
  public Optional<Block> block(RoomId room) {
    return list(
            "SELECT blocked_by, at_ms FROM room_block WHERE room_id = ?",
            query -> query.setString(1, room.value()),
            row -> new Block(row.getString(1), row.getLong(2)))
        .stream()
        .findFirst();
  }

  @Override
  public List<UserId> locals(RoomId room, int limit) {
    return list(
        "SELECT user_id FROM user_room WHERE room_id = ?"
            + " AND membership IN ('join', 'invite', 'knock') ORDER BY user_id LIMIT ?",
        query -> {
          query.setString(1, room.value());
          query.setInt(2, limit);
        },
        row -> new UserId(row.getString(1)));
  }

  @Override
  public List<String> aliases(RoomId room, int limit) {
    return list(
        "SELECT alias FROM room_alias WHERE room_id = ? ORDER BY alias LIMIT ?",
        query -> {
          query.setString(1, room.value());
          query.setInt(2, limit);
        },
        row -> row.getString(1));
  }

  @Override
  public long lastOutgoing(long roomNumber) {
    return list(
            "SELECT MAX(position) FROM room_outgoing WHERE room = ?",
            query -> query.setLong(1, roomNumber),
            row -> row.getLong(1))
        .getFirst();
  }

  @Override
  public Rows rowsOf(long roomNumber, RoomId room, int limit) {
    for (var table : RoomTables.ALL) {
      var keys =
          list(
              table.select(limit),
              query -> {
                if (table.byNumber()) query.setLong(1, roomNumber);
                else query.setString(1, room.value());
              },
              table::key);
      if (!keys.isEmpty()) return new Rows(table.name(), keys);
    }
    return new Rows("", List.of());
  }

  @Override
  public Rows danglingRows(RoomKey room, int limit) {
    for (var table : RoomTables.NAME_EVENTS) {
      var keys =
          list(table.selectDangling(limit), query -> query.setLong(1, room.number()), table::key);
      if (!keys.isEmpty()) return new Rows(table.name(), keys);
    }
    return new Rows("", List.of());
  }

  @Override
  public List<Place> places(RoomKey room, int after, int limit, boolean withServers) {
    return list(
        PLACES
            + (withServers ? ", clear" : "")
            + " FROM room_event WHERE room = ? AND ordinal > ? ORDER BY room, ordinal LIMIT ?",
        query -> {
          query.setLong(1, room.number());
          query.setInt(2, after);
          query.setInt(3, limit);
        },
        row -> place(row, withServers));
  }

  @Override
  public List<Place> placesBelow(RoomKey room, int below, int limit) {
    return list(
        PLACES
            + " FROM room_event WHERE room = ? AND ordinal < ?"
            + " ORDER BY room DESC, ordinal DESC LIMIT ?",
        query -> {
          query.setLong(1, room.number());
          query.setInt(2, below);
          query.setInt(3, limit);
        },
        row -> place(row, false));
  }

  private static Place place(ResultSet row, boolean withServer) throws SQLException {
    return new Place(
        row.getInt(1),
        row.getLong(2),
        STANDINGS[row.getInt(3)],
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        EventCodec.ordinals(row.getBytes(8)),
        row.getInt(9),
        withServer ? server(row.getBytes(10)) : null);
  }

  private static ServerName server(byte[] clear) {
    return new UserId(EventCodec.parse(clear).path("sender").asText()).serverName();
  }

  @Override
  public List<Edges> edges(RoomKey room, int after, int limit) {
    return list(
        "SELECT ordinal, depth, clear FROM room_event WHERE room = ? AND ordinal > ?"
            + " AND standing <> 3 AND state_before <> 0 ORDER BY room, ordinal LIMIT ?",
        query -> {
          query.setLong(1, room.number());
          query.setInt(2, after);
          query.setInt(3, limit);
        },
        row -> new Edges(row.getInt(1), row.getLong(2), previous(row.getBytes(3))));
  }

  /// Plain ids, or pairs of an id and its hashes.
  private static List<EventId> previous(byte[] clear) {
    var previous = new ArrayList<EventId>();
    for (var item : EventCodec.parse(clear).path("prev_events"))
      previous.add(new EventId((item.isArray() ? item.path(0) : item).asText()));
    return previous;
  }

  @Override
  public Set<EventId> placed(RoomKey room, Collection<EventId> ids) {
    return database.jdbc(
        connection -> {
          var found = new HashSet<EventId>();
          EventRows.slices(
              connection,
              "SELECT event_id, room, standing, state_before, depth FROM room_event"
                  + " WHERE event_id IN ",
              ids,
              (query, index, id) -> query.setString(index, id.value()),
              row -> {
                boolean outlier =
                    row.getInt(3) == Standing.OUTLIER.ordinal()
                        || row.getInt(3) == Standing.REJECTED.ordinal() && row.getLong(4) == 0;
                if (row.getLong(2) == room.number() && !outlier)
                  found.add(new EventId(row.getString(1)));
              });
          return found;
        });
  }

  @Override
  public OptionalLong depthAt(RoomKey room, long timeMs) {
    var depth =
        list(
            "SELECT depth FROM room_event WHERE room = ? AND origin_ms >= ? AND standing = 0"
                + " ORDER BY room, origin_ms, ordinal LIMIT 1",
            query -> {
              query.setLong(1, room.number());
              query.setLong(2, timeMs);
            },
            row -> row.getLong(1));
    return depth.isEmpty() ? OptionalLong.empty() : OptionalLong.of(depth.getFirst());
  }

  @Override
  public List<Long> nodeGroups(RoomKey room, long after, int limit) {
    return list(
        "SELECT id FROM room_node WHERE room = ? AND id > ? ORDER BY room, id LIMIT ?",
        query -> {
          query.setLong(1, room.number());
          query.setLong(2, after);
          query.setInt(3, limit);
        },
        row -> row.getLong(1));
  }

  @Override
  public List<NodeGroup> nodeGroupsBelow(RoomKey room, long below, int limit) {
    return list(
        "SELECT id, node FROM room_node WHERE room = ? AND id < ?"
            + " ORDER BY room DESC, id DESC LIMIT ?",
        query -> {
          query.setLong(1, room.number());
          query.setLong(2, below);
          query.setInt(3, limit);
        },
        row -> NodeGroup.decode(row.getLong(1), row.getBytes(2)));
  }
}
