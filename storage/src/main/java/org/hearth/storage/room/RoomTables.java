package org.hearth.storage.room;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hearth.storage.rows.Table;

/// Every table with rows of rooms, so that a purge forgets none; `PurgeContract` compares the list
/// with the schema.
final class RoomTables {
  private RoomTables() {}

  /// A column of a key, by its type.
  enum Type {
    NUMBER,
    SMALL,
    TEXT
  }

  private record Column(String name, Type type) {}

  /// @param room the column that names the room: its number, or its id
  record RoomTable(String name, String room, List<Column> key, Table table) {

    boolean byNumber() {
      return room.equals("room");
    }

    private String keys(String prefix) {
      return key.stream().map(column -> prefix + column.name()).collect(Collectors.joining(", "));
    }

    String select(int limit) {
      return "SELECT " + keys("") + " FROM " + name + " WHERE " + room + " = ? LIMIT " + limit;
    }

    /// Rows whose event does not exist.
    String selectDangling(int limit) {
      return "SELECT "
          + keys("t.")
          + " FROM "
          + name
          + " t LEFT JOIN room_event e ON e.room = t.room AND e.ordinal = t.ordinal"
          + " WHERE t.room = ? AND e.ordinal IS NULL LIMIT "
          + limit;
    }

    List<Object> key(ResultSet row) throws SQLException {
      var values = new ArrayList<Object>();
      for (int i = 0; i < key.size(); i++)
        values.add(
            switch (key.get(i).type()) {
              case NUMBER -> row.getLong(i + 1);
              case SMALL -> row.getInt(i + 1);
              case TEXT -> row.getString(i + 1);
            });
      return values;
    }
  }

  private static RoomTable table(String name, String room, String... key) {
    var columns = new ArrayList<Column>();
    for (var each : key) {
      var words = each.split(" ", 2);
      columns.add(new Column(words[0], Type.valueOf(words[1])));
    }
    return new RoomTable(
        name,
        room,
        List.copyOf(columns),
        Table.of(name, columns.stream().map(Column::name).toList()));
  }

  private static final RoomTable RELATIONS =
      table("room_relation", "room", "room NUMBER", "target TEXT", "ordinal SMALL");
  private static final RoomTable REDACTIONS =
      table("room_redaction", "room", "room NUMBER", "target TEXT", "ordinal SMALL");
  private static final RoomTable GAPS =
      table("room_gap", "room", "room NUMBER", "event_id TEXT", "ordinal SMALL");
  private static final RoomTable OUTGOING = table("room_outgoing", "room", "position NUMBER");

  private static final RoomTable EXPIRY =
      table("event_expiry", "room", "room NUMBER", "ordinal SMALL");

  /// Those with rows that name an event by its ordinal.
  static final List<RoomTable> NAME_EVENTS = List.of(RELATIONS, REDACTIONS, GAPS, OUTGOING, EXPIRY);

  /// In the order in which a purge goes through them: what is asked for most goes first.
  static final List<RoomTable> ALL =
      List.of(
          table("user_room", "room_id", "user_id TEXT", "room_id TEXT"),
          table("user_room_change", "room_id", "user_id TEXT", "position NUMBER"),
          table("room_alias", "room_id", "alias TEXT"),
          table("published_room", "room_id", "room_id TEXT"),
          table("report", "room_id", "number NUMBER"),
          table("room_member", "room", "room NUMBER", "user_id TEXT"),
          table("room_server", "room", "room NUMBER", "server TEXT", "since NUMBER"),
          OUTGOING,
          table("room_staged", "room_id", "room_id TEXT", "event_id TEXT"),
          table("room_awaited_key", "room_id", "room_id TEXT", "event_id TEXT"),
          EXPIRY,
          table("room_event", "room", "room NUMBER", "ordinal SMALL"),
          table("room_key", "room", "room NUMBER", "ordinal SMALL"),
          table("room_node", "room", "room NUMBER", "id NUMBER"),
          RELATIONS,
          REDACTIONS,
          GAPS,
          table("room_sent", "room", "id NUMBER"),
          table(
              "room_transaction",
              "room",
              "user_id TEXT",
              "device_id TEXT",
              "transaction_id TEXT",
              "room NUMBER"),
          table("receipt", "room_id", "room_id TEXT", "user_id TEXT", "kind TEXT", "thread TEXT"),
          table("account_data", "room_id", "user_id TEXT", "room_id TEXT", "kind TEXT"),
          table("room", "room_id", "number NUMBER"));

  static final Map<String, RoomTable> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(RoomTable::name, Function.identity()));
}
