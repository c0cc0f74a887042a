package org.hearth.storage.room;

import java.util.List;
import org.hearth.engine.purge.Purge;
import org.hearth.engine.purge.PurgeChange;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.ledger.Positioned;
import org.hearth.storage.Topic;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// What purges write.
public final class PurgeTopic {
  private static final Table PURGES =
      Table.of(
          "room_purge",
          List.of("id"),
          "room_id",
          "kind",
          "status",
          "room",
          "before_depth",
          "started_ms",
          "ended_ms",
          "rows_removed",
          "detail");
  private static final RowWrite FORGET =
      PURGES.sql("DELETE FROM room_purge WHERE ended_ms > 0 AND ended_ms < ?");
  private static final Table BLOCKS =
      Table.of("room_block", List.of("room_id"), "blocked_by", "at_ms");
  private static final Table ROOMS = Table.of("room", List.of("number"));
  private static final Table EVENTS =
      Table.of(
          "room_event",
          List.of("room", "ordinal"),
          "position",
          "standing",
          "state_before",
          "state_after",
          "room_state");
  private static final RowWrite REMOVE_OUTLIER = EVENTS.deleteBy("room", "ordinal", "state_before");
  private static final RowWrite DISPLACE =
      EVENTS.update("position", "standing", "state_before", "state_after", "room_state");
  private static final Table NODES = Table.of("room_node", List.of("room", "id"));
  private static final Table GAPS =
      Table.of("room_gap", List.of("room", "event_id", "ordinal"), "depth", "purged");

  private PurgeTopic() {}

  public static Topic topic() {
    return Topic.named("purges").change(PurgeChange.class, PurgeTopic::rows);
  }

  private static void rows(Positioned<PurgeChange> positioned, RowSink rows) {
    switch (positioned.change()) {
      case PurgeChange.Progress(var purge) -> progress(purge, rows);
      case PurgeChange.ForgetPurges(long before) -> rows.run(FORGET, before);
      case PurgeChange.ForgetRoom(long number) -> rows.delete(ROOMS, number);
      case PurgeChange.RemoveRows(var name, var keys) -> {
        var table = RoomTables.BY_NAME.get(name);
        if (table == null) throw new IllegalArgumentException("No rooms are in " + name + ".");
        for (var key : keys) rows.delete(table.table(), key.toArray());
      }
      case PurgeChange.RemoveEvents(var room, var ordinals, var outliers) -> {
        for (int ordinal : ordinals) rows.delete(EVENTS, room.number(), ordinal);
        for (int ordinal : outliers) rows.run(REMOVE_OUTLIER, room.number(), ordinal, 0L);
      }
      case PurgeChange.MakeOutliers(var room, var ordinals, var rejected) -> {
        for (int ordinal : ordinals) {
          var standing = rejected.contains(ordinal) ? Standing.REJECTED : Standing.OUTLIER;
          rows.run(DISPLACE, 0L, standing.ordinal(), 0L, 0L, 0L, room.number(), ordinal);
        }
      }
      case PurgeChange.MarkPurged(var room, var missing, int ordinal, long depth) ->
          rows.insertIfAbsent(GAPS, room.number(), missing.value(), ordinal, depth, true);
      case PurgeChange.RemoveNodes(var room, var groups) -> {
        for (long group : groups) rows.delete(NODES, room.number(), group);
      }
      case PurgeChange.BlockRoom(var room, var by, long atMs) ->
          rows.upsert(BLOCKS, room.value(), by, atMs);
      case PurgeChange.UnblockRoom(var room) -> rows.delete(BLOCKS, room.value());
    }
  }

  private static void progress(Purge purge, RowSink rows) {
    rows.upsert(
        PURGES,
        purge.id(),
        purge.room().value(),
        purge.kind().name(),
        purge.status().name(),
        purge.roomNumber(),
        purge.beforeDepth(),
        purge.startedMs(),
        purge.endedMs(),
        purge.rows(),
        StoredPurges.detail(purge.detail()));
  }
}
