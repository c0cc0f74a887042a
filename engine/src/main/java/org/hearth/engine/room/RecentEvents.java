package org.hearth.engine.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.room.TimelineStore.Place;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// The newest committed events of an active room by position. Those who follow /sync ask only about
/// them, so that following needs no query.
final class RecentEvents {
  private static final int KEPT = 128;

  /// Targets of relations that are remembered.
  private static final int RELATED = 256;

  /// @param after the gap behind the event in topological order
  private record Entry(long position, int ordinal, boolean accepted, long roomState, Place after) {}

  /// Protects what is below; held for moments.
  private final ReentrantLock lock = new ReentrantLock();

  /// Oldest first; every event with a position beyond `from` is among them.
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();

  private long from;
  private long rootAtFrom;

  /// Behind the deepest accepted event up to `from`; null until somebody asked storage.
  private @Nullable Place deepestAtFrom;

  /// What events relate to that were stored since; complete for targets beyond `relatedFrom`.
  private final Set<EventId> related = new HashSet<>();

  private long relatedFrom;

  /// How many removals are taken into account.
  private long removals;

  /// @param from position up to which nothing is known here
  /// @param root of the current state there; 0 if the room was not known
  RecentEvents(long from, long root) {
    this.from = from;
    this.rootAtFrom = root;
    this.relatedFrom = from;
  }

  /// Forgets all events if some of the room were removed since it was told the last time.
  ///
  /// @param count how often something of the room was removed
  void without(long count) {
    lock.lock();
    try {
      if (count == removals) return;
      removals = count;
      if (!entries.isEmpty()) {
        from = entries.getLast().position();
        rootAtFrom = entries.getLast().roomState();
      }
      entries.clear();
      deepestAtFrom = null;
      related.clear();
      relatedFrom = from;
    } finally {
      lock.unlock();
    }
  }

  /// Committed now; in the order of positions.
  void add(RoomEvent event) {
    lock.lock();
    try {
      if (entries.size() == KEPT) {
        var oldest = entries.removeFirst();
        from = oldest.position();
        rootAtFrom = oldest.roomState();
        if (deepestAtFrom != null) deepestAtFrom = deeper(deepestAtFrom, oldest);
      }
      entries.addLast(
          new Entry(
              event.position(),
              event.ordinal(),
              event.isAccepted(),
              event.roomState(),
              PageTokens.after(event)));
    } finally {
      lock.unlock();
    }
  }

  private static Place deeper(Place place, Entry entry) {
    return entry.accepted() && entry.after().compareTo(place) > 0 ? entry.after() : place;
  }

  /// An event that relates to the target is committed now.
  void relates(EventId target) {
    lock.lock();
    try {
      if (related.size() == RELATED) {
        related.clear();
        relatedFrom = entries.isEmpty() ? from : entries.getLast().position();
      }
      related.add(target);
    } finally {
      lock.unlock();
    }
  }

  /// Whether certainly nothing relates to an event that was made on this server: its id was not
  /// known to anybody before, so that all relations came later.
  ///
  /// @param position of the event
  boolean nothingRelatesTo(EventId own, long position) {
    lock.lock();
    try {
      return position > relatedFrom && !related.contains(own);
    } finally {
      lock.unlock();
    }
  }

  /// Ordinals of accepted events with `after < position <= upTo`, newest first; empty if only
  /// storage knows.
  Optional<List<Integer>> between(long after, long upTo, int limit) {
    lock.lock();
    try {
      var found = new ArrayList<Integer>();
      var newestFirst = entries.descendingIterator();
      while (newestFirst.hasNext() && found.size() < limit) {
        var entry = newestFirst.next();
        if (entry.position() <= after) break;
        if (entry.position() <= upTo && entry.accepted()) found.add(entry.ordinal());
      }
      return after >= from || found.size() == limit ? Optional.of(found) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Root of the current state when `position` was the last committed one; empty if only storage
  /// knows.
  OptionalLong rootAt(long position) {
    lock.lock();
    try {
      var newestFirst = entries.descendingIterator();
      while (newestFirst.hasNext()) {
        var entry = newestFirst.next();
        if (entry.position() <= position) return OptionalLong.of(entry.roomState());
      }
      return position >= from && rootAtFrom != 0
          ? OptionalLong.of(rootAtFrom)
          : OptionalLong.empty();
    } finally {
      lock.unlock();
    }
  }

  /// The position up to which nothing is known here.
  long from() {
    lock.lock();
    try {
      return from;
    } finally {
      lock.unlock();
    }
  }

  /// What storage says about [#from]; ignored if that has moved on meanwhile.
  ///
  /// @param deepest the gap behind the deepest accepted event up to there
  void deepestAtBeginning(long beginning, Place deepest) {
    lock.lock();
    try {
      if (from == beginning) deepestAtFrom = deepest;
    } finally {
      lock.unlock();
    }
  }

  /// The gap behind the deepest accepted event up to a position; empty if only storage knows.
  Optional<Place> deepestAt(long position) {
    lock.lock();
    try {
      if (deepestAtFrom == null || position < from) return Optional.empty();
      var deepest = deepestAtFrom;
      for (var entry : entries) {
        if (entry.position() > position) break;
        deepest = deeper(deepest, entry);
      }
      return Optional.of(deepest);
    } finally {
      lock.unlock();
    }
  }
}
