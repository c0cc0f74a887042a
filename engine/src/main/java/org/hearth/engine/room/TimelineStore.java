package org.hearth.engine.room;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.EventId;

/// Reads a room's accepted events in order, and what relates to them. Rejected and soft-failed
/// events and outliers are never among the answers.
public interface TimelineStore {

  /// A gap between events in topological order: just before the event with this depth and ordinal.
  record Place(long depth, int ordinal) implements Comparable<Place> {
    static final Place OLDEST = new Place(-1, 0);
    static final Place NEWEST = new Place(Long.MAX_VALUE, Integer.MAX_VALUE);

    @Override
    public int compareTo(Place other) {
      int byDepth = Long.compare(depth, other.depth);
      return byDepth != 0 ? byDepth : Integer.compare(ordinal, other.ordinal);
    }
  }

  /// With `after < position <= upTo`, newest first.
  List<RoomEvent> byPosition(RoomKey room, long after, long upTo, int limit);

  /// The gap just before the deepest event with `0 < position <= upTo`; of equally deep ones,
  /// before the newest.
  Optional<Place> deepest(RoomKey room, long upTo);

  /// From the gap on in the direction, nearest first.
  List<RoomEvent> byDepth(RoomKey room, Place from, Timeline.Direction direction, int limit);

  /// Nearest to a time by `origin_server_ts`, at or before it (backwards) or at or after it
  /// (forwards), nearest first.
  List<RoomEvent> byTime(RoomKey room, long timeMs, Timeline.Direction direction, int limit);

  /// A previous event that is not known.
  ///
  /// @param namedBy ordinal of an event that names it
  record Gap(EventId missing, int namedBy) {}

  /// Of events at least this deep; deepest first.
  List<Gap> gaps(RoomKey room, long minDepth, int limit);

  record Related(EventId target, int ordinal, String type) {}

  /// What relates to the targets, by ascending ordinal; at most `limit` in all.
  List<Related> relations(RoomKey room, Collection<EventId> targets, int limit);

  /// Events that others relate to with this type (roots of threads), newest relation first.
  ///
  /// @param before only with relations of a lower ordinal
  List<Related> latestRelations(RoomKey room, String type, int before, int limit);
}
