package org.hearth.engine.room;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.room.state.StateTree;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;

/// A state as a root of the room's tree; everything is read when asked for.
final class RoomState implements Rooms.StateMap {
  private final RoomData data;
  private final long root;

  RoomState(RoomData data, long root) {
    this.data = data;
    this.root = root;
  }

  long root() {
    return root;
  }

  @Override
  public Optional<EventId> get(StateKey key) {
    return event(key).map(Event::eventId);
  }

  @Override
  public Optional<Event> event(StateKey key) {
    return Optional.ofNullable(data.state(root, key)).map(RoomEvent::event);
  }

  @Override
  public Map<StateKey, EventId> all() {
    return ids(data.entries(root));
  }

  @Override
  public Map<StateKey, EventId> changedSince(Rooms.StateMap older) {
    if (!(older instanceof RoomState other) || !other.data.key().equals(data.key()))
      throw new IllegalArgumentException("The states are of different rooms.");
    var changed = new HashMap<Integer, Integer>();
    StateTree.compare(
        data,
        other.root,
        root,
        (key, _, after) -> {
          if (after != 0) changed.put(key, after);
        });
    return ids(changed);
  }

  private Map<StateKey, EventId> ids(Map<Integer, Integer> entries) {
    var keys = data.keysAt(entries.keySet());
    var events = data.events(new HashSet<>(entries.values()));
    var ids = new HashMap<StateKey, EventId>();
    entries.forEach(
        (key, ordinal) -> {
          var event = events.get(ordinal);
          var name = keys.get(key);
          if (event != null && name != null) ids.put(name, event.event().eventId());
        });
    return ids;
  }

  @Override
  public List<Event> events(Collection<StateKey> keys) {
    return data.state(root, keys).values().stream().map(RoomEvent::event).toList();
  }

  List<Event> events() {
    return data.events(data.entries(root).values()).values().stream()
        .map(RoomEvent::event)
        .toList();
  }
}
