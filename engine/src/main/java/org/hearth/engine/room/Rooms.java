package org.hearth.engine.room;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;

/// Rooms as of what is committed. No permission is checked here: see [Visibility].
public interface Rooms {

  /// Empty if this server never was in the room (an invite alone does not make it known).
  Optional<RoomView> view(RoomId roomId);

  /// The room's state as it was when `position` was the last committed one: for /sync, which
  /// compares two positions.
  Optional<StateMap> stateAt(RoomId roomId, long position);

  /// The state before an event, as [state
  /// resolution](https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution) makes it
  /// from its ancestors. Empty if the event is unknown or an outlier.
  Optional<StateMap> stateBefore(RoomId roomId, EventId eventId);

  /// Empty if unknown or of another room.
  Optional<StoredEvent> event(RoomId roomId, EventId eventId);

  /// Only the id is known, as in federation's `GET /event`.
  Optional<StoredEvent> event(EventId eventId);

  Map<EventId, StoredEvent> events(Collection<EventId> eventIds);

  /// A state as a persistent map: cheap to hold, to read a part of, and to compare.
  interface StateMap {

    Optional<EventId> get(StateKey key);

    /// Loads the event.
    Optional<Event> event(StateKey key);

    Map<StateKey, EventId> all();

    /// Keys whose event here is not the one in `older` (also those absent there), descending only
    /// where the two differ.
    Map<StateKey, EventId> changedSince(StateMap older);

    List<Event> events(Collection<StateKey> keys);
  }
}
