package org.hearth.engine.room;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;

/// What a large room takes: bytes on disk for a message and for a state event, and heap.
///
/// `./hearth bench footprint [--members N] [--postgres jdbc:postgresql://host/empty?user=...]`
public final class RoomFootprint {
  private static final int EVENTS = 2_000;
  private static final int AT_A_TIME = 100;

  private final BenchServer server;
  private final RoomId room;
  private final int members;
  private final Random random = new Random(5);

  private RoomFootprint(BenchServer server, RoomId room, int members) {
    this.server = server;
    this.room = room;
    this.members = members;
  }

  public static void main(String[] arguments) {
    int members = 100_000;
    String postgres = "";
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--members" -> members = Integer.parseInt(arguments[i + 1]);
        case "--postgres" -> postgres = arguments[i + 1];
        default -> throw new IllegalArgumentException("--members N, --postgres URL");
      }
    }
    try (var server = postgres.isEmpty() ? new BenchServer() : new BenchServer(postgres)) {
      long empty = heap();
      System.out.printf("Making a room of %,d members%n", members);
      var footprint = new RoomFootprint(server, server.room(members), members);
      footprint.heapOfRoom();
      footprint.disk("message (1 kB)", footprint::messages);
      footprint.disk("state event (a member changes its name)", footprint::names);
      System.out.printf("heap of the empty server: %,d bytes%n", empty);
    }
  }

  private void messages(int count) {
    var drafts = new ArrayList<Draft>();
    for (int i = 0; i < count; i++)
      drafts.add(
          Draft.message(
              BenchServer.user(random.nextInt(members)),
              "m.room.encrypted",
              Json.object().put("ciphertext", "A".repeat(1000)),
              null));
    BenchServer.done(server.engine.appends().append(room, drafts, List.of()));
  }

  private void names(int count) {
    var drafts = new ArrayList<Draft>();
    for (int i = 0; i < count; i++) {
      var user = BenchServer.user(random.nextInt(members));
      drafts.add(
          Draft.state(
              user,
              "m.room.member",
              user.value(),
              Json.object().put("membership", "join").put("displayname", "N" + random.nextLong())));
    }
    BenchServer.done(server.engine.appends().append(room, drafts, List.of()));
  }

  private interface Work {
    void some(int count);
  }

  /// Bytes of the rows in each table that the work made larger, without what the database adds.
  private void disk(String what, Work work) {
    var before = server.query(RoomFootprint::tables);
    for (int done = 0; done < EVENTS; done += AT_A_TIME) work.some(AT_A_TIME);
    var after = server.query(RoomFootprint::tables);
    System.out.printf("%nfor each %s%n", what);
    after.forEach(
        (table, size) -> {
          var old = before.getOrDefault(table, new Size(0, 0));
          double rows = (size.rows() - old.rows()) / (double) EVENTS;
          double bytes = (size.bytes() - old.bytes()) / (double) EVENTS;
          if (rows != 0) System.out.printf("  %-22s %6.2f rows %9.1f bytes%n", table, rows, bytes);
        });
  }

  private record Size(long rows, long bytes) {}

  private static TreeMap<String, Size> tables(Connection connection) throws SQLException {
    var sizes = new TreeMap<String, Size>();
    for (var table : names(connection)) {
      try (var statement = connection.createStatement();
          var row = statement.executeQuery(size(connection, table))) {
        if (row.next()) sizes.put(table, new Size(row.getLong(1), row.getLong(2)));
      }
    }
    return sizes;
  }

  private static List<String> names(Connection connection) throws SQLException {
    var names = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT LOWER(table_name) FROM information_schema.tables"
                    + " WHERE LOWER(table_schema) = 'public' AND table_type = 'BASE TABLE'"
                    + " AND LOWER(table_name) <> 'schema_history'")) {
      while (row.next()) names.add(row.getString(1));
    }
    return names;
  }

  private static String size(Connection connection, String table) throws SQLException {
    var columns = new ArrayList<String>();
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT LOWER(column_name), LOWER(data_type) FROM information_schema.columns"
                    + " WHERE LOWER(table_name) = '"
                    + table
                    + "'")) {
      while (row.next()) columns.add(bytes(row.getString(1), row.getString(2)));
    }
    return "SELECT COUNT(*), SUM(" + String.join(" + ", columns) + ") FROM " + table;
  }

  private static String bytes(String column, String type) {
    return switch (type) {
      case "bigint", "timestamp" -> "8";
      case "integer" -> "4";
      case "boolean" -> "1";
      default -> "COALESCE(OCTET_LENGTH(" + column + "), 0)";
    };
  }

  /// The heap that the room takes once its whole state and its auth graph are in memory. Loaded
  /// twice, so that what the database keeps for itself is there before.
  private void heapOfRoom() {
    load(server.cold(room));
    var data = server.cold(room);
    long before = heap();
    load(data);
    System.out.printf("heap of its state and auth graph: %,d bytes%n", heap() - before);
    // The room is needed until here.
    if (data.entries(server.root(data)).size() < members)
      throw new IllegalStateException("the state is whole");
  }

  private void load(RoomData data) {
    int largest = new AgreedState(data, server.root(data), new BitSet()).largestEvent();
    for (int window = 0; window <= AuthWindow.of(largest); window++)
      data.memory().window(data.key(), window);
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) System.gc();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
