package org.hearth.engine.purge;

import java.util.List;
import org.hearth.engine.room.RoomKey;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;

/// What purges write.
public sealed interface PurgeChange extends Change {

  /// How far a purge is.
  record Progress(Purge purge) implements PurgeChange {}

  /// Nobody asks about purges that ended longer ago.
  record ForgetPurges(long endedBeforeMs) implements PurgeChange {}

  /// The room is not known from now on; its rows follow.
  record ForgetRoom(long roomNumber) implements PurgeChange {}

  /// Rows that [PurgeStore] named.
  ///
  /// @param keys values of the table's key, in its order
  record RemoveRows(String table, List<List<Object>> keys) implements PurgeChange {
    public RemoveRows {
      keys = List.copyOf(keys);
    }
  }

  /// Events go; rows that follow from them go later.
  ///
  /// @param outliers go too, unless their place became known meanwhile
  record RemoveEvents(RoomKey room, List<Integer> ordinals, List<Integer> outliers)
      implements PurgeChange {
    public RemoveEvents {
      ordinals = List.copyOf(ordinals);
      outliers = List.copyOf(outliers);
    }
  }

  /// Events are needed by later states or as auth events, but their place in the timeline goes.
  ///
  /// @param rejected those among them that stay rejected
  record MakeOutliers(RoomKey room, List<Integer> ordinals, List<Integer> rejected)
      implements PurgeChange {
    public MakeOutliers {
      ordinals = List.copyOf(ordinals);
      rejected = List.copyOf(rejected);
    }
  }

  /// A previous event is missing because it was purged.
  ///
  /// @param ordinal of the event that names it
  record MarkPurged(RoomKey room, EventId missing, int ordinal, long depth)
      implements PurgeChange {}

  /// Groups of state nodes none of which is reached.
  record RemoveNodes(RoomKey room, List<Long> groups) implements PurgeChange {
    public RemoveNodes {
      groups = List.copyOf(groups);
    }
  }

  /// Nobody here may enter the room.
  ///
  /// @param by a user id, or a word for who operates the machine
  record BlockRoom(RoomId room, String by, long atMs) implements PurgeChange {}

  record UnblockRoom(RoomId room) implements PurgeChange {}
}
