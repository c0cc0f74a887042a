package org.hearth.engine.room;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import org.hearth.engine.room.state.StateNode;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Reads what is committed about rooms. Nothing here is cached or pending.
public interface RoomStore {

  /// Where a room stands.
  ///
  /// @param heads ordinals; empty while a join is being stored
  /// @param root of the current state
  /// @param position of the last live event
  /// @param lastOrdinal greatest ever given to an event; 0 if none
  /// @param lastKey greatest ever given to a state key; -1 if none
  /// @param lastNodeGroup greatest ever given to a group of state nodes; 0 if none
  record RoomRow(
      RoomKey key,
      List<Integer> heads,
      long root,
      long position,
      int lastOrdinal,
      int lastKey,
      long lastNodeGroup) {}

  Optional<RoomRow> room(RoomId roomId);

  /// Rooms that nobody here may enter, by an administrator's word.
  default Set<RoomId> blocked() {
    return Set.of();
  }

  record OccupantCount(ServerName server, String membership, int count) {}

  /// Members by server and membership.
  List<OccupantCount> occupants(RoomKey room);

  /// Those that exist, and others of the same groups, in no particular order.
  List<StateNode> nodes(RoomKey room, Collection<Long> ids);

  /// Those that exist, in no particular order.
  List<RoomEvent> events(RoomKey room, Collection<Integer> ordinals);

  /// Those that exist, of any room, in no particular order.
  List<RoomEvent> events(Collection<EventId> ids);

  Map<StateKey, Integer> keys(RoomKey room, Collection<StateKey> keys);

  Map<Integer, StateKey> keysAt(RoomKey room, Collection<Integer> ordinals);

  Map<StateKey, Integer> keysOfType(RoomKey room, String type);

  /// An event's place in the auth graph.
  record EventLink(int ordinal, List<Integer> auth, boolean rejected) {
    static EventLink of(RoomEvent event) {
      return new EventLink(event.ordinal(), event.authOrdinals(), event.isRejected());
    }
  }

  /// With `from <= ordinal < to`.
  List<EventLink> links(RoomKey room, int from, int to);

  /// Root of the current state when `position` was the last committed one; empty if the room was
  /// not known then.
  OptionalLong rootAt(RoomKey room, long position);

  /// The event that a device's transaction id stands for.
  ///
  /// @param nowMs the present; ids that were used more than a day before are forgotten
  Optional<EventId> sent(RoomKey room, TransactionId transactionId, long nowMs);

  /// Gives the [TransactionKey#hash]es of all transaction ids that are not forgotten.
  void sentHashes(long nowMs, LongConsumer hashes);

  /// Redactions of each target, applied or waiting, by ascending ordinal.
  Map<EventId, List<Integer>> redactionsOf(RoomKey room, Collection<EventId> targets);

  /// Which known events name one that is unknown so far as their predecessor.
  enum Named {
    BY_NOBODY,
    /// Only by such as were rejected or soft-failed: history has a gap before them, but they are no
    /// reason for the event not to be a forward extremity.
    BY_REFUSED,
    BY_ACCEPTED;

    Named or(Named other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  Named named(RoomKey room, EventId missing);
}
