package org.hearth.engine.room;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// [The event nearest to a
/// time](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidtimestamp_to_event):
/// "If the server does not have all of the room history and does not have an event suitably close
/// to the requested timestamp, it can use the corresponding federation endpoint to ask other
/// servers for a suitable event."
final class NearestEvents {
  /// Events around the time that are looked at for one that is visible.
  private static final int LOOKED_AT = 20;

  /// How often one request asks for an event that is nearer than what came before.
  private static final int FETCHES = 3;

  private final CommittedRooms rooms;
  private final TimelineStore store;
  private final HistoryVisibility visibility;
  private final Source source;

  /// Other servers.
  @FunctionalInterface
  interface Source {
    /// True if an event came that is nearer.
    ///
    /// @param knownMs the time of the nearest event here; empty if there is none
    boolean fetch(
        RoomData room, long timestampMs, Timeline.Direction direction, OptionalLong knownMs);
  }

  NearestEvents(
      CommittedRooms rooms, TimelineStore store, HistoryVisibility visibility, Source source) {
    this.rooms = rooms;
    this.store = store;
    this.visibility = visibility;
    this.source = source;
  }

  Optional<StoredEvent> nearest(
      RoomId roomId, UserId viewer, long timestampMs, Timeline.Direction direction) {
    var data = rooms.data(roomId).orElse(null);
    if (data == null || visibility.access(roomId, viewer) instanceof Visibility.Access.None)
      return Optional.empty();
    var found = around(data, timestampMs, direction);
    for (int i = 0; i < FETCHES && isBesideGap(data, timestampMs, direction, found); i++) {
      var known = found.stream().mapToLong(event -> event.event().originServerTs()).findFirst();
      if (!source.fetch(data, timestampMs, direction, known)) break;
      found = around(data, timestampMs, direction);
    }
    return visibility.visibleTo(data, viewer, found).stream().findFirst().map(rooms::stored);
  }

  /// Nearest first.
  private List<RoomEvent> around(RoomData data, long timestampMs, Timeline.Direction direction) {
    return store.byTime(data.key(), timestampMs, direction, LOOKED_AT).stream()
        .map(data.memory()::keep)
        .toList();
  }

  /// Whether others may know something nearer: between the events on both sides of the time history
  /// is missing here.
  private boolean isBesideGap(
      RoomData data, long timestampMs, Timeline.Direction direction, List<RoomEvent> found) {
    var later =
        direction == Timeline.Direction.FORWARDS
            ? found
            : around(data, timestampMs, Timeline.Direction.FORWARDS);
    // After the newest event nothing is missing that others would not have sent.
    return later.stream()
        .min(Comparator.comparingLong(event -> event.event().originServerTs()))
        .filter(event -> hasGapBefore(data, event))
        .isPresent();
  }

  private static boolean hasGapBefore(RoomData data, RoomEvent event) {
    var known = data.memory().events(event.event().prevEvents());
    for (var id : event.event().prevEvents()) {
      var before = known.get(id);
      if (before == null || before.isOutlier()) return true;
    }
    return false;
  }
}
