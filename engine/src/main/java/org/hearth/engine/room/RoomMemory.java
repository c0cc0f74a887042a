package org.hearth.engine.room;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.engine.memory.Weights;
import org.hearth.engine.room.state.StateNode;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// Bounded caches of committed facts about all rooms, in front of the [RoomStore].
///
/// A loaded value never replaces one that a commit put meanwhile.
final class RoomMemory {
  /// A key of a cache, of two numbers.
  private static final int KEY = 40;

  private static final int EVENT_ID = 100;

  /// An event beside its JSON: its record, lists of ids, and what is read out of the JSON.
  private static final int EVENT = 1_000;

  /// Some 150 bytes each, beside the budget: what is needed here does not shrink with it.
  private static final int CONTENTLESS = 10_000;

  private record NodeKey(long room, long id) {}

  private record WindowKey(long room, int index) {}

  private record EventKey(long room, int ordinal) {}

  private record KeyOf(long room, StateKey key) {}

  private record KeyAt(long room, int ordinal) {}

  private final RoomStore store;
  private final SentTransactions sent;

  /// Rises when something of any room was removed from storage: what was read before is not kept.
  private final AtomicLong removals = new AtomicLong();

  /// The same by room, for the rooms of which something was removed since the start.
  private final ConcurrentHashMap<Long, AtomicLong> removalsOf = new ConcurrentHashMap<>();

  private final Cache<NodeKey, StateNode> nodes;
  private final Cache<EventKey, RoomEvent> events;
  private final Cache<EventId, EventKey> places;

  /// Events that lost their content a moment ago, for readers that are under way.
  private final Cache<EventKey, Integer> contentless =
      Caffeine.newBuilder().maximumSize(CONTENTLESS).build();

  private final Cache<KeyOf, Integer> keys;
  private final Cache<KeyAt, StateKey> keysAt;
  private final Cache<WindowKey, AuthWindow> windows;

  RoomMemory(RoomStore store, MemoryBudget budget) {
    this.store = store;
    sent = new SentTransactions(budget);
    nodes = budget.cache(Share.STATE_NODES, (NodeKey _, StateNode node) -> KEY + node.weight());
    events = budget.cache(Share.ROOM_EVENTS, (EventKey _, RoomEvent event) -> KEY + weight(event));
    places = budget.cache(Share.EVENT_PLACES, (EventId _, EventKey _) -> KEY + EVENT_ID);
    keys = budget.cache(Share.STATE_KEYS, (KeyOf of, Integer _) -> KEY + weight(of.key()));
    keysAt =
        budget.cache(Share.STATE_KEYS_BY_ORDINAL, (KeyAt _, StateKey key) -> KEY + weight(key));
    windows = budget.cache(Share.AUTH_WINDOWS, (WindowKey _, AuthWindow _) -> AuthWindow.WEIGHT);
  }

  private static int weight(RoomEvent event) {
    return EVENT + 32 * event.authOrdinals().size() + Weights.of(event.event().json());
  }

  private static int weight(StateKey key) {
    return 32 + Weights.of(key.type()) + Weights.of(key.key());
  }

  RoomStore store() {
    return store;
  }

  SentTransactions sent() {
    return sent;
  }

  StateNode node(RoomKey room, long id) {
    var key = new NodeKey(room.number(), id);
    var cached = nodes.getIfPresent(key);
    if (cached != null) return cached;
    // Not asked of the cache, which may be too small to keep it for a moment.
    for (var node : store.nodes(room, List.of(id))) {
      put(room, node);
      if (node.id() == id) return node;
    }
    throw new IllegalStateException("State node " + id + " of " + room.id() + " is gone.");
  }

  /// Brings nodes into memory, many at a time.
  void loadNodes(RoomKey room, List<Long> ids) {
    var absent = new ArrayList<Long>();
    for (long id : ids)
      if (!nodes.asMap().containsKey(new NodeKey(room.number(), id))) absent.add(id);
    if (!absent.isEmpty()) store.nodes(room, absent).forEach(node -> put(room, node));
  }

  /// The auth edges of some events. A commit that comes while it is loaded waits, so that what it
  /// puts is not overwritten by something older.
  AuthWindow window(RoomKey room, int index) {
    return windows.get(
        new WindowKey(room.number(), index),
        _ -> {
          var loaded = new AuthWindow();
          store
              .links(room, index * AuthWindow.SIZE, (index + 1) * AuthWindow.SIZE)
              .forEach(loaded::put);
          return loaded;
        });
  }

  void put(RoomKey room, StateNode node) {
    nodes.put(new NodeKey(room.number(), node.id()), node);
  }

  /// By ordinal; those that do not exist are absent.
  Map<Integer, RoomEvent> events(RoomKey room, Collection<Integer> ordinals) {
    var found = new HashMap<Integer, RoomEvent>();
    var absent = new ArrayList<Integer>();
    for (int ordinal : ordinals) {
      var cached = events.getIfPresent(new EventKey(room.number(), ordinal));
      if (cached == null) absent.add(ordinal);
      else found.put(ordinal, cached);
    }
    long before = removals.get();
    if (!absent.isEmpty())
      for (var event : store.events(room, absent)) {
        var kept = keep(event, before);
        found.put(kept.ordinal(), kept);
      }
    return found;
  }

  @Nullable RoomEvent cached(RoomKey room, int ordinal) {
    return events.getIfPresent(new EventKey(room.number(), ordinal));
  }

  /// By id; those that do not exist are absent.
  Map<EventId, RoomEvent> events(Collection<EventId> ids) {
    var found = new HashMap<EventId, RoomEvent>();
    var absent = new ArrayList<EventId>();
    for (var id : ids) {
      var place = places.getIfPresent(id);
      var cached = place == null ? null : events.getIfPresent(place);
      if (cached == null) absent.add(id);
      else found.put(id, cached);
    }
    long before = removals.get();
    if (!absent.isEmpty())
      for (var event : store.events(absent))
        found.put(event.event().eventId(), keep(event, before));
    return found;
  }

  Optional<RoomEvent> event(EventId id) {
    return Optional.ofNullable(events(List.of(id)).get(id));
  }

  /// As below, of a row that was read just now.
  RoomEvent keep(RoomEvent loaded) {
    return keep(loaded, removals.get());
  }

  /// Loaded from storage: what a commit put meanwhile is newer, and what was removed meanwhile is
  /// not kept.
  ///
  /// @param before the count of removals before it was read
  RoomEvent keep(RoomEvent loaded, long before) {
    var key = new EventKey(loaded.room().number(), loaded.ordinal());
    places.put(loaded.event().eventId(), key);
    var newer = events.asMap().putIfAbsent(key, loaded);
    var kept = newer == null ? loaded : newer;
    var by = contentless.getIfPresent(key);
    if (by != null && kept.redactedBy() == 0) {
      kept = without(kept, by);
      events.put(key, kept);
    }
    if (removals.get() != before) events.invalidate(key);
    return kept;
  }

  /// The event has lost its content. A reader that found its row before does not bring it back.
  ///
  /// @param by as [RoomEvent#redactedBy]
  void redacted(RoomKey room, int ordinal, int by) {
    var key = new EventKey(room.number(), ordinal);
    contentless.put(key, by);
    events.asMap().computeIfPresent(key, (_, event) -> without(event, by));
  }

  private static RoomEvent without(RoomEvent event, int by) {
    int stays = by == ContentRemoval.EXPIRED && event.redactedBy() != 0 ? event.redactedBy() : by;
    return event.redacted(Redaction.redact(event.event()), stays);
  }

  /// Events of the room were removed from storage, or changed there: nothing of them stays here.
  void removed(long room) {
    removals.incrementAndGet();
    removalsOf.computeIfAbsent(room, _ -> new AtomicLong()).incrementAndGet();
    events.asMap().keySet().removeIf(key -> key.room() == room);
    places.asMap().values().removeIf(key -> key.room() == room);
    windows.asMap().keySet().removeIf(key -> key.room() == room);
  }

  /// How often something of any room was removed since the start.
  long removals() {
    return removals.get();
  }

  /// How often something of the room was removed since the start.
  long removals(RoomKey room) {
    var count = removalsOf.get(room.number());
    return count == null ? 0 : count.get();
  }

  void put(RoomEvent committed) {
    var key = new EventKey(committed.room().number(), committed.ordinal());
    places.put(committed.event().eventId(), key);
    events.put(key, committed);
    windows
        .asMap()
        .computeIfPresent(
            new WindowKey(committed.room().number(), AuthWindow.of(committed.ordinal())),
            (_, window) -> {
              window.put(RoomStore.EventLink.of(committed));
              return window;
            });
  }

  /// The ordinals of those keys that the room ever had.
  Map<StateKey, Integer> keys(RoomKey room, Collection<StateKey> wanted) {
    var found = new HashMap<StateKey, Integer>();
    var absent = new ArrayList<StateKey>();
    for (var key : wanted) {
      var cached = keys.getIfPresent(new KeyOf(room.number(), key));
      if (cached == null) absent.add(key);
      else found.put(key, cached);
    }
    if (!absent.isEmpty())
      store
          .keys(room, absent)
          .forEach(
              (key, ordinal) -> {
                put(room, ordinal, key);
                found.put(key, ordinal);
              });
    return found;
  }

  /// -1 if the room never had the key.
  int keyOrdinal(RoomKey room, StateKey wanted) {
    var cached = keys.getIfPresent(new KeyOf(room.number(), wanted));
    return cached != null ? cached : keys(room, List.of(wanted)).getOrDefault(wanted, -1);
  }

  Map<Integer, StateKey> keysAt(RoomKey room, Collection<Integer> ordinals) {
    var found = new HashMap<Integer, StateKey>();
    var absent = new ArrayList<Integer>();
    for (int ordinal : ordinals) {
      var cached = keysAt.getIfPresent(new KeyAt(room.number(), ordinal));
      if (cached == null) absent.add(ordinal);
      else found.put(ordinal, cached);
    }
    if (!absent.isEmpty())
      store
          .keysAt(room, absent)
          .forEach(
              (ordinal, key) -> {
                put(room, ordinal, key);
                found.put(ordinal, key);
              });
    return found;
  }

  void put(RoomKey room, int ordinal, StateKey key) {
    keys.put(new KeyOf(room.number(), key), ordinal);
    keysAt.put(new KeyAt(room.number(), ordinal), key);
  }
}
