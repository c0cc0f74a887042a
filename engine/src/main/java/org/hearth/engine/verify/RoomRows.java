package org.hearth.engine.verify;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.room.RoomKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;

/// Reads a room's rows for verification: a damaged row is answered as such and fails nothing else.
public interface RoomRows {

  Optional<RoomFacts> facts(RoomId room);

  /// With `after < ordinal <= upTo`, by ascending ordinal.
  List<EventRow> page(RoomKey room, int after, int upTo, int limit);

  /// Those that exist, in no particular order.
  List<EventRow> at(RoomKey room, Collection<Integer> ordinals);

  /// Those that exist, in no particular order.
  List<EventRow> named(RoomKey room, Collection<EventId> ids);

  /// A row that says which event relates to which.
  ///
  /// @param type empty for redactions
  record Relation(EventId target, int ordinal, String type) {}

  /// Relations to these targets.
  List<Relation> relations(RoomKey room, Collection<EventId> targets);

  /// Redactions of these targets: ordinals by target.
  Map<EventId, List<Integer>> redactions(RoomKey room, Collection<EventId> targets);
}
