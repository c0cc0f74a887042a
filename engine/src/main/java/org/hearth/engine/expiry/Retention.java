package org.hearth.engine.expiry;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hearth.engine.room.ContentRemoval;
import org.hearth.engine.room.Rooms;

/// Removes the content of events that are older than their room keeps them. What is left is what
/// redaction leaves, so that the room's graph stays whole; state events stay as they are.
///
/// Used by one thread.
public final class Retention {
  private static final int ROOMS = 100;
  private static final int EVENTS = 200;

  /// Where looking goes on is remembered for so many rooms; for others it begins at the oldest.
  private static final int REMEMBERED = 10_000;

  /// How often it begins at the oldest anyway: old events may arrive late.
  private static final Duration ANEW = Duration.ofDays(1);

  private static final ExpiryStore.Aged OLDEST = new ExpiryStore.Aged(0, Long.MIN_VALUE);

  private final Lifetimes lifetimes;
  private final Rooms rooms;
  private final ContentRemoval removal;
  private final ExpiryStore store;
  private final InstantSource clock;

  private final Map<Long, ExpiryStore.Aged> looked =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ExpiryStore.Aged> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long begunMs = Long.MIN_VALUE;
  private long room = Long.MIN_VALUE;

  public Retention(
      Lifetimes lifetimes,
      Rooms rooms,
      ContentRemoval removal,
      ExpiryStore store,
      InstantSource clock) {
    this.lifetimes = lifetimes;
    this.rooms = rooms;
    this.removal = removal;
    this.store = store;
    this.clock = clock;
  }

  /// Works on the next rooms. False when all were looked at; then the next call begins again.
  public boolean step() {
    if (!lifetimes.enabled()) return false;
    if (begunMs == Long.MIN_VALUE || clock.millis() - begunMs > ANEW.toMillis()) {
      begunMs = clock.millis();
      looked.clear();
    }
    var candidates = store.rooms(room, lifetimes.everywhere(), ROOMS);
    for (var candidate : candidates) purge(candidate);
    room = candidates.isEmpty() ? Long.MIN_VALUE : candidates.getLast().room();
    return !candidates.isEmpty();
  }

  private void purge(ExpiryStore.Candidate candidate) {
    var view = rooms.view(candidate.roomId()).orElse(null);
    if (view == null) return;
    long lifetime = lifetimes.of(view.state(Lifetimes.RETENTION));
    if (lifetime == Lifetimes.FOREVER) return;
    long upTo = clock.millis() - lifetime;
    var last = looked.getOrDefault(candidate.room(), OLDEST);
    List<ExpiryStore.Aged> page;
    do {
      page = store.aged(candidate.room(), last, upTo, EVENTS);
      if (page.isEmpty()) break;
      removal.remove(
          candidate.roomId(), page.stream().map(ExpiryStore.Aged::ordinal).toList(), List.of());
      last = page.getLast();
    } while (page.size() == EVENTS);
    looked.put(candidate.room(), last);
  }
}
