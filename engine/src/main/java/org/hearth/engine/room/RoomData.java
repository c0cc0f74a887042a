package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.engine.room.state.StateNode;
import org.hearth.engine.room.state.StateTree;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// One active room's facts: what is not durable yet, over what is.
///
/// Reading by ordinal or node id is safe for everybody: nothing committed refers to what is not.
/// Reading by event id is for the room's writer only.
final class RoomData implements StateTree.Nodes {
  private final RoomKey key;
  private final RoomMemory memory;
  private final AtomicLong lastNodeGroup;
  private final RecentEvents recent;

  /// Bounded by what the ledger queues.
  private final Map<Long, StateNode> pendingNodes = new ConcurrentHashMap<>();

  private final Map<Integer, RoomEvent> pendingEvents = new ConcurrentHashMap<>();
  private final Map<EventId, RoomEvent> pendingIds = new ConcurrentHashMap<>();
  private final Map<StateKey, Integer> pendingKeys = new ConcurrentHashMap<>();
  private final Map<Integer, StateKey> pendingKeysAt = new ConcurrentHashMap<>();

  /// @param recent what is known of the newest events
  RoomData(RoomKey key, RoomMemory memory, long lastNodeGroup, RecentEvents recent) {
    this.key = key;
    this.memory = memory;
    this.lastNodeGroup = new AtomicLong(lastNodeGroup);
    this.recent = recent;
  }

  /// The newest events, without any that was removed since.
  RecentEvents recent() {
    recent.without(memory.removals(key));
    return recent;
  }

  /// Accepted events with `after < position <= upTo`, newest first; empty if only storage knows
  /// which they are.
  Optional<List<RoomEvent>> recent(long after, long upTo, int limit) {
    return recent()
        .between(after, upTo, limit)
        .flatMap(
            ordinals -> {
              var events = memory.events(key, ordinals);
              // One may be removed at this moment.
              return events.size() < ordinals.size()
                  ? Optional.empty()
                  : Optional.of(ordinals.stream().map(events::get).toList());
            });
  }

  RoomKey key() {
    return key;
  }

  RoomMemory memory() {
    return memory;
  }

  @Override
  public StateNode node(long id) {
    var pending = pendingNodes.get(id);
    return pending != null ? pending : memory.node(key, id);
  }

  @Override
  public void expect(Collection<Long> ids) {
    memory.loadNodes(
        key, ids.stream().filter(id -> !pendingNodes.containsKey(id)).distinct().toList());
  }

  Map<Integer, RoomEvent> events(Collection<Integer> ordinals) {
    var found = new HashMap<Integer, RoomEvent>();
    var rest = new ArrayList<Integer>();
    for (int ordinal : ordinals) {
      var pending = pendingEvents.get(ordinal);
      if (pending == null) rest.add(ordinal);
      else found.put(ordinal, pending);
    }
    if (!rest.isEmpty()) found.putAll(memory.events(key, rest));
    return found;
  }

  RoomEvent event(int ordinal) {
    var event = pendingEvents.get(ordinal);
    if (event == null) event = memory.cached(key, ordinal);
    if (event == null) event = events(List.of(ordinal)).get(ordinal);
    if (event == null)
      throw new IllegalStateException("Event " + ordinal + " of " + key.id() + " is gone.");
    return event;
  }

  /// Of this room only.
  Map<EventId, RoomEvent> eventsById(Collection<EventId> ids) {
    var found = new HashMap<EventId, RoomEvent>();
    var rest = new ArrayList<EventId>();
    for (var id : ids) {
      var pending = pendingIds.get(id);
      if (pending == null) rest.add(id);
      else found.put(id, pending);
    }
    if (!rest.isEmpty())
      memory
          .events(rest)
          .forEach(
              (id, event) -> {
                if (event.room().equals(key)) found.put(id, event);
              });
    return found;
  }

  @Nullable RoomEvent eventById(EventId id) {
    return eventsById(List.of(id)).get(id);
  }

  Map<StateKey, Integer> keyOrdinals(Collection<StateKey> keys) {
    var found = new HashMap<StateKey, Integer>();
    var rest = new ArrayList<StateKey>();
    for (var wanted : keys) {
      var pending = pendingKeys.get(wanted);
      if (pending == null) rest.add(wanted);
      else found.put(wanted, pending);
    }
    if (!rest.isEmpty()) found.putAll(memory.keys(key, rest));
    return found;
  }

  /// -1 if the room never had the key.
  int keyOrdinal(StateKey wanted) {
    var pending = pendingKeys.get(wanted);
    return pending != null ? pending : memory.keyOrdinal(key, wanted);
  }

  Map<Integer, StateKey> keysAt(Collection<Integer> ordinals) {
    var found = new HashMap<Integer, StateKey>();
    var rest = new ArrayList<Integer>();
    for (int ordinal : ordinals) {
      var pending = pendingKeysAt.get(ordinal);
      if (pending == null) rest.add(ordinal);
      else found.put(ordinal, pending);
    }
    if (!rest.isEmpty()) found.putAll(memory.keysAt(key, rest));
    return found;
  }

  // Reading a state.

  /// Event ordinals of those keys that the state has.
  Map<StateKey, Integer> stateOrdinals(long root, Collection<StateKey> keys) {
    var found = new HashMap<StateKey, Integer>();
    if (root == StateTree.EMPTY) return found;
    keyOrdinals(keys)
        .forEach(
            (wanted, ordinal) -> {
              int event = StateTree.get(this, root, ordinal);
              if (event != 0) found.put(wanted, event);
            });
    return found;
  }

  Map<StateKey, RoomEvent> state(long root, Collection<StateKey> keys) {
    var ordinals = stateOrdinals(root, keys);
    var events = events(ordinals.values());
    var found = new HashMap<StateKey, RoomEvent>();
    ordinals.forEach(
        (wanted, ordinal) -> {
          var event = events.get(ordinal);
          if (event != null) found.put(wanted, event);
        });
    return found;
  }

  @Nullable RoomEvent state(long root, StateKey wanted) {
    return state(root, List.of(wanted)).get(wanted);
  }

  /// The whole state, as event ordinals by key ordinal.
  Map<Integer, Integer> entries(long root) {
    var entries = new HashMap<Integer, Integer>();
    StateTree.forEach(this, root, entries::put);
    return entries;
  }

  /// Roots of states that events refer to which are not durable yet.
  Set<Long> pendingRoots() {
    var roots = new TreeSet<Long>();
    for (var event : pendingEvents.values())
      roots.addAll(List.of(event.stateBefore(), event.stateAfter(), event.roomState()));
    return roots;
  }

  // What is not durable yet; only the room's writer changes it.

  long nextNodeGroup() {
    return lastNodeGroup.incrementAndGet();
  }

  void pending(StateNode node) {
    pendingNodes.put(node.id(), node);
  }

  void pending(RoomEvent event) {
    pendingEvents.put(event.ordinal(), event);
    pendingIds.put(event.event().eventId(), event);
  }

  void pending(RoomChange.NewKey newKey) {
    pendingKeys.put(newKey.key(), newKey.ordinal());
    pendingKeysAt.put(newKey.ordinal(), newKey.key());
  }

  void forget(Collection<StateNode> nodes) {
    for (var node : nodes) pendingNodes.remove(node.id());
  }

  void forget(RoomChange.AppendEvent change) {
    forget(change.nodes());
    forget(change.event());
    change.keys().forEach(this::forgetKey);
  }

  void forget(RoomEvent event) {
    pendingEvents.remove(event.ordinal());
    pendingIds.remove(event.event().eventId());
  }

  void forgetKey(RoomChange.NewKey newKey) {
    pendingKeys.remove(newKey.key());
    pendingKeysAt.remove(newKey.ordinal());
  }

  /// Durable now: the caches have it before the overlay drops it.
  void committed(RoomChange.AppendEvent change, RoomEvent event) {
    for (var node : change.nodes()) memory.put(key, node);
    for (var newKey : change.keys()) memory.put(key, newKey.ordinal(), newKey.key());
    memory.put(event);
    if (change.relation() != null) recent().relates(change.relation().target());
    if (event.position() > 0) recent().add(event);
    forget(change);
  }
}
