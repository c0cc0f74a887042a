package org.hearth.engine.room;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// A room's events in order, as one user may see them ([Visibility] is applied inside).
public interface Timeline {

  /// @param events oldest first
  /// @param limited more visible events lie between `after` and the first one
  /// @param prevBatch a token from which [#messages] goes on backwards before the first event
  record Slice(List<StoredEvent> events, boolean limited, String prevBatch) {}

  /// The member events, as of the events, of those who sent them: what lazy loading clients need.
  /// Each sender once.
  List<Event> senders(RoomId roomId, List<StoredEvent> events);

  /// The newest at most `limit` events with `after < position <= upTo` that `viewer` may see and
  /// `wanted` accepts: a room's timeline in /sync. Backfilled events never show up here.
  Slice since(
      RoomId roomId, UserId viewer, long after, long upTo, int limit, Predicate<Event> wanted);

  /// @param events in the order of the request's direction
  /// @param end null when there is nothing more in this direction
  record Page(List<StoredEvent> events, String start, @Nullable String end) {}

  enum Direction {
    BACKWARDS,
    FORWARDS
  }

  ///
  /// [Pagination](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages)
  /// in topological order. Asks other servers for history this server does not have when it runs
  /// out of it.
  ///
  /// @param from a token of /sync (`org.hearth.engine.sync.SyncToken`) or of an earlier page; null
  ///   for the newest (backwards) or oldest (forwards) event
  /// @param to stops there; null for no stop
  Outcome<Page> messages(
      RoomId roomId,
      UserId viewer,
      @Nullable String from,
      @Nullable String to,
      Direction direction,
      int limit,
      Predicate<Event> wanted);

  /// The position in the server's stream that a token of /sync or of a page stands for; empty if it
  /// is none, or lies before everything this server has.
  OptionalLong position(RoomId roomId, String token);

  /// @param before nearest first; @param after nearest first
  /// @param state at the last event returned
  record Context(
      StoredEvent event,
      List<StoredEvent> before,
      List<StoredEvent> after,
      String start,
      String end,
      List<Event> state) {}

  Outcome<Context> context(
      RoomId roomId, UserId viewer, EventId eventId, int limit, Predicate<Event> wanted);

  /// The event nearest to a time, asking other servers where this one has a gap.
  Optional<StoredEvent> nearest(
      RoomId roomId, UserId viewer, long timestampMs, Direction direction);
}
