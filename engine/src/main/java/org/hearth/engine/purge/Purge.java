package org.hearth.engine.purge;

import java.util.List;
import org.hearth.schemas.id.RoomId;

/// One purge, as it is durable: what is to be done, and how far it is.
///
/// @param roomNumber names the room in storage; 0 if it is not stored (any more)
/// @param beforeDepth with history: events of lesser depth go
/// @param endedMs 0 while it runs
/// @param rows how many rows were removed so far
public record Purge(
    String id,
    RoomId room,
    Kind kind,
    Status status,
    long roomNumber,
    long beforeDepth,
    long startedMs,
    long endedMs,
    long rows,
    Detail detail) {

  /// What is to be done.
  public enum Kind {
    /// Local users leave, and everything of the room goes.
    ROOM,
    /// As [#ROOM], also if some local user cannot be made to leave.
    ROOM_BY_FORCE,
    /// Local users leave; the room stays stored.
    SHUTDOWN,
    /// Events before a depth go, but for what later states need.
    HISTORY,
    /// As [#HISTORY], and events of this server's own users stay: nobody else may have them.
    HISTORY_OF_OTHERS,
    /// State nodes that nothing reaches go.
    UNUSED_STATE;

    boolean removesRoom() {
      return this == ROOM || this == ROOM_BY_FORCE;
    }
  }

  /// How far it is, in the order of things; not every kind has each.
  public enum Status {
    LEAVING,
    TELLING_OTHERS,
    REMOVING,
    MARKING_GAPS,
    REMOVING_REST,
    SWEEPING_STATE,
    COMPLETE,
    FAILED;

    public boolean isEnd() {
      return this == COMPLETE || this == FAILED;
    }
  }

  /// For whoever asks.
  ///
  /// @param kicked local users that were made to leave; not more than a thousand are named
  /// @param failedToKick those that could not be
  /// @param aliases local aliases that pointed to the room
  /// @param error why it failed; empty if it did not
  public record Detail(
      List<String> kicked, List<String> failedToKick, List<String> aliases, String error) {
    public static final Detail NONE = new Detail(List.of(), List.of(), List.of(), "");

    public Detail {
      kicked = List.copyOf(kicked);
      failedToKick = List.copyOf(failedToKick);
      aliases = List.copyOf(aliases);
    }
  }

  Purge at(Status next) {
    return new Purge(
        id, room, kind, next, roomNumber, beforeDepth, startedMs, endedMs, rows, detail);
  }

  Purge removed(long more) {
    return new Purge(
        id, room, kind, status, roomNumber, beforeDepth, startedMs, endedMs, rows + more, detail);
  }

  Purge with(Detail changed) {
    return new Purge(
        id, room, kind, status, roomNumber, beforeDepth, startedMs, endedMs, rows, changed);
  }

  Purge ended(Status end, long nowMs) {
    return new Purge(id, room, kind, end, roomNumber, beforeDepth, startedMs, nowMs, rows, detail);
  }
}
