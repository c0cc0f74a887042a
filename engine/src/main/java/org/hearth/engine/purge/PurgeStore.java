package org.hearth.engine.purge;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.state.NodeGroup;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Reads what purges need. Pages go by ascending order of what they go on after.
public interface PurgeStore {

  /// Those that have not ended, the oldest first.
  List<Purge> unfinished();

  Optional<Purge> purge(String id);

  /// The newest first.
  List<Purge> purgesOf(RoomId room);

  record Block(String by, long atMs) {}

  Optional<Block> block(RoomId room);

  /// Local users who are in the room, invited to it or knock at it.
  List<UserId> locals(RoomId room, int limit);

  List<String> aliases(RoomId room, int limit);

  /// Position of the room's last event that other servers must be told; 0 for none.
  long lastOutgoing(long roomNumber);

  /// Rows of one table.
  ///
  /// @param keys values of the table's key, in its order; empty if nothing is left in any table
  record Rows(String table, List<List<Object>> keys) {}

  /// Some rows of a room that is to go, from whichever table still has any.
  Rows rowsOf(long roomNumber, RoomId room, int limit);

  /// Rows of the room that name an event which does not exist.
  Rows danglingRows(RoomKey room, int limit);

  /// An event's place.
  ///
  /// @param server the sender's; null if it was not asked for
  record Place(
      int ordinal,
      long depth,
      Standing standing,
      long position,
      long stateBefore,
      long stateAfter,
      long roomState,
      List<Integer> auth,
      int redactedBy,
      @Nullable ServerName server) {

    public Place {
      auth = List.copyOf(auth);
    }
  }

  List<Place> places(RoomKey room, int after, int limit, boolean withServers);

  /// With lesser ordinals, from the greatest down; without servers.
  List<Place> placesBelow(RoomKey room, int below, int limit);

  /// What an event in the timeline names as its previous events.
  record Edges(int ordinal, long depth, List<EventId> previous) {
    public Edges {
      previous = List.copyOf(previous);
    }
  }

  List<Edges> edges(RoomKey room, int after, int limit);

  /// Those that are stored with their place in the DAG.
  Set<EventId> placed(RoomKey room, Collection<EventId> ids);

  /// Depth of the room's event that is the first at or after a time; empty if all are older.
  OptionalLong depthAt(RoomKey room, long timeMs);

  /// Numbers of groups of state nodes.
  List<Long> nodeGroups(RoomKey room, long after, int limit);

  /// Groups of state nodes with lesser numbers, from the greatest down.
  List<NodeGroup> nodeGroupsBelow(RoomKey room, long below, int limit);
}
