package org.hearth.storage.check;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.storage.check.DatabaseCheck.Finding;

/// Where a room stands, as its last live event says, must be there: the events that are its heads,
/// and the root of its state. Whether what is there is right, `hearth room verify` recomputes.
final class RoomPointers {
  private static final int NAMED = 5;
  private static final String LAST_LIVE =
      "SELECT heads, room_state FROM room_event WHERE room = ? AND position > 0"
          + " ORDER BY room DESC, position DESC LIMIT 1";

  private final List<String> lostHeads = new ArrayList<>();
  private final List<String> lostStates = new ArrayList<>();
  private final PreparedStatement lastLive;
  private final PreparedStatement event;
  private final PreparedStatement nodes;

  private RoomPointers(
      PreparedStatement lastLive, PreparedStatement event, PreparedStatement nodes) {
    this.lastLive = lastLive;
    this.event = event;
    this.nodes = nodes;
  }

  static List<Finding> run(Connection connection) throws SQLException {
    try (var rooms = connection.createStatement();
        var lastLive = connection.prepareStatement(LAST_LIVE);
        var event =
            connection.prepareStatement("SELECT 1 FROM room_event WHERE room = ? AND ordinal = ?");
        var nodes =
            connection.prepareStatement("SELECT 1 FROM room_node WHERE room = ? AND id = ?")) {
      var pointers = new RoomPointers(lastLive, event, nodes);
      rooms.setFetchSize(500);
      try (var row = rooms.executeQuery("SELECT number FROM room")) {
        while (row.next()) pointers.look(row.getLong(1));
      }
      var findings = new ArrayList<Finding>();
      add(findings, "heads of rooms that are not there", pointers.lostHeads);
      add(findings, "rooms whose state is not there", pointers.lostStates);
      return findings;
    }
  }

  private void look(long room) throws SQLException {
    lastLive.setLong(1, room);
    try (var row = lastLive.executeQuery()) {
      if (!row.next()) return;
      heads(room, row);
      long root = row.getLong(2);
      if (root != 0 && !exists(nodes, room, NodeGroup.of(root)))
        lostStates.add(String.valueOf(room));
    }
  }

  /// Null says that the event itself is the only head.
  private void heads(long room, ResultSet row) throws SQLException {
    byte[] heads = row.getBytes(1);
    if (heads == null) return;
    var ordinals = ByteBuffer.wrap(heads);
    while (ordinals.remaining() >= Integer.BYTES) {
      int ordinal = ordinals.getInt();
      if (!exists(event, room, ordinal)) lostHeads.add(room + "/" + ordinal);
    }
  }

  private static boolean exists(PreparedStatement query, long room, long which)
      throws SQLException {
    query.setLong(1, room);
    query.setLong(2, which);
    try (var row = query.executeQuery()) {
      return row.next();
    }
  }

  private static void add(List<Finding> findings, String what, List<String> lost) {
    if (!lost.isEmpty())
      findings.add(
          new Finding(
              what, true, lost.size(), List.copyOf(lost.subList(0, Math.min(NAMED, lost.size())))));
  }
}
