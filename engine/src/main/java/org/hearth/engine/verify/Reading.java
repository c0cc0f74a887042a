package org.hearth.engine.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.RoomStore;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.engine.room.state.StateNode;
import org.hearth.engine.room.state.StateTree;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventReader;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// What is read of one room while it is verified, remembered within bounds, so that a large room
/// takes no more memory than a small one.
final class Reading implements StateTree.Nodes {
  private static final int EVENTS = 4_000;
  private static final int NODES = 20_000;
  private static final int KEYS = 50_000;

  /// An event with its row.
  ///
  /// @param event null if the row holds none that can be read
  record Stored(EventRow row, @Nullable Event event) {
    boolean isOutlier() {
      return switch (row.standing()) {
        case ACCEPTED, SOFT_FAILED -> false;
        case REJECTED -> row.stateBefore() == 0 && event != null && !event.prevEvents().isEmpty();
        case OUTLIER -> true;
      };
    }

    boolean is(Standing standing) {
      return row.standing() == standing;
    }
  }

  /// A state node is missing or no node.
  static final class TreeDamaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TreeDamaged(long node, @Nullable Throwable cause) {
      super("state node " + node + " is missing or damaged", cause);
    }
  }

  private final RoomKey room;
  private final RoomRows rows;
  private final RoomStore store;
  private final Map<Integer, Stored> events = bounded(EVENTS);
  private final Map<EventId, Integer> places = bounded(EVENTS);
  private final Map<Long, StateNode> nodes = bounded(NODES);
  private final Map<Integer, StateKey> names = bounded(KEYS);

  Reading(RoomKey room, RoomRows rows, RoomStore store) {
    this.room = room;
    this.rows = rows;
    this.store = store;
  }

  private static <K, V> Map<K, V> bounded(int limit) {
    return new LinkedHashMap<>(64, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > limit;
      }
    };
  }

  RoomKey room() {
    return room;
  }

  RoomStore store() {
    return store;
  }

  /// With `after < ordinal <= upTo`, ascending.
  List<Stored> page(int after, int upTo, int limit) {
    return rows.page(room, after, upTo, limit).stream().map(this::keep).toList();
  }

  /// Those that exist.
  Map<Integer, Stored> at(Collection<Integer> ordinals) {
    var found = new HashMap<Integer, Stored>();
    var rest = new ArrayList<Integer>();
    for (int ordinal : ordinals) {
      var known = events.get(ordinal);
      if (known == null) rest.add(ordinal);
      else found.put(ordinal, known);
    }
    if (!rest.isEmpty()) for (var row : rows.at(room, rest)) found.put(row.ordinal(), keep(row));
    return found;
  }

  Optional<Stored> at(int ordinal) {
    return Optional.ofNullable(at(List.of(ordinal)).get(ordinal));
  }

  /// Those that exist.
  Map<EventId, Stored> named(Collection<EventId> ids) {
    var found = new HashMap<EventId, Stored>();
    var rest = new ArrayList<EventId>();
    for (var id : ids) {
      var place = places.get(id);
      var known = place == null ? null : events.get(place);
      if (known == null) rest.add(id);
      else found.put(id, known);
    }
    if (!rest.isEmpty()) for (var row : rows.named(room, rest)) found.put(row.id(), keep(row));
    return found;
  }

  Optional<Stored> named(EventId id) {
    return Optional.ofNullable(named(List.of(id)).get(id));
  }

  private Stored keep(EventRow row) {
    var stored = new Stored(row, event(row));
    events.put(row.ordinal(), stored);
    places.put(row.id(), row.ordinal());
    return stored;
  }

  private @Nullable Event event(EventRow row) {
    if (row.json() == null) return null;
    try {
      var event = EventReader.readTrusted(row.json(), row.id(), room.rules());
      return row.redactedBy() == 0 ? event : Redaction.redact(event);
    } catch (RuntimeException e) {
      // Damage in any form: `EventChecks` says so.
      return null;
    }
  }

  // States.

  @Override
  public StateNode node(long id) {
    var known = nodes.get(id);
    if (known != null) return known;
    try {
      for (var node : store.nodes(room, List.of(id))) nodes.put(node.id(), node);
    } catch (java.nio.BufferUnderflowException | ArrayIndexOutOfBoundsException e) {
      throw new TreeDamaged(id, e);
    }
    var node = nodes.get(id);
    if (node == null) throw new TreeDamaged(id, null);
    return node;
  }

  @Override
  public void expect(Collection<Long> ids) {
    var absent = ids.stream().filter(id -> !nodes.containsKey(id)).limit(NODES / 2).toList();
    if (absent.isEmpty()) return;
    try {
      for (var node : store.nodes(room, absent)) nodes.put(node.id(), node);
    } catch (java.nio.BufferUnderflowException | ArrayIndexOutOfBoundsException e) {
      // Read one by one, the damaged one is named.
    }
  }

  /// Event ordinals by state key, of those keys that the state has.
  Map<StateKey, Integer> state(long root, Collection<StateKey> keys) {
    var found = new HashMap<StateKey, Integer>();
    store
        .keys(room, keys)
        .forEach(
            (key, ordinal) -> {
              int event = StateTree.get(this, root, ordinal);
              if (event != 0) found.put(key, event);
            });
    return found;
  }

  Map<StateKey, Event> stateEvents(long root, Collection<StateKey> keys) {
    var ordinals = state(root, keys);
    var stored = at(ordinals.values());
    var found = new HashMap<StateKey, Event>();
    ordinals.forEach(
        (key, ordinal) -> {
          var event = stored.get(ordinal);
          if (event != null && event.event() != null) found.put(key, event.event());
        });
    return found;
  }

  Map<Integer, StateKey> namesOf(Collection<Integer> keys) {
    var found = new HashMap<Integer, StateKey>();
    var rest = new ArrayList<Integer>();
    for (int key : keys) {
      var known = names.get(key);
      if (known == null) rest.add(key);
      else found.put(key, known);
    }
    if (!rest.isEmpty()) {
      var read = store.keysAt(room, rest);
      names.putAll(read);
      found.putAll(read);
    }
    return found;
  }

  String nameOf(int key) {
    var name = namesOf(List.of(key)).get(key);
    return name == null ? "state key number " + key : words(name);
  }

  static String words(StateKey key) {
    return key.key().isEmpty() ? key.type() : key.type() + " [" + key.key() + "]";
  }

  /// The event's id, or what is known instead of it.
  String idOf(int ordinal) {
    if (ordinal == 0) return "nothing";
    return at(ordinal).map(stored -> stored.row().id().value()).orElse("event number " + ordinal);
  }
}
