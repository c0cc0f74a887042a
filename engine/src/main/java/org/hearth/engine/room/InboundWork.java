package org.hearth.engine.room;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.room.StagingStore.Staged;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works staged events into their rooms: each room by one worker at a time, in order. Any number of
/// threads may call [#step].
///
/// An event that needs what no server gives at the moment (events before it, or the key of a
/// signature) stays staged and is tried again, for a day.
public final class InboundWork {
  private static final Logger log = LoggerFactory.getLogger(InboundWork.class);
  private static final int BATCH = 50;
  private static final int ROOMS_AT_START = 10_000;
  private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);
  static final Duration GIVE_UP = Duration.ofDays(1);

  private final RoomWriters writers;
  private final StagingStore staging;
  private final Backlog backlog;
  private final Placing placing;
  private final AwaitedKeys keys;
  private final Extremities extremities;
  private final Ledger ledger;
  private final InstantSource clock;

  /// Protects which rooms wait and which are worked on; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  /// Bounded, as the two below, by the number of rooms with staged events.
  private final Set<RoomId> waiting = new LinkedHashSet<>();

  private final Set<RoomId> busy = new HashSet<>();
  private final Map<RoomId, Retry> retries = new HashMap<>();
  private boolean closed;

  private record Retry(long atMs, Duration next) {}

  InboundWork(
      RoomWriters writers,
      StagingStore staging,
      Backlog backlog,
      Placing placing,
      AwaitedKeys keys,
      Extremities extremities,
      Ledger ledger,
      InstantSource clock) {
    this.writers = writers;
    this.staging = staging;
    this.backlog = backlog;
    this.placing = placing;
    this.keys = keys;
    this.extremities = extremities;
    this.ledger = ledger;
    this.clock = clock;
    waiting.addAll(staging.rooms(ROOMS_AT_START));
  }

  void arrived(RoomId room) {
    lock.lock();
    try {
      waiting.add(room);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  Backlog backlog() {
    return backlog;
  }

  /// Events were staged that wait for keys.
  void keyAwaited() {
    keys.begin();
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until some room has work. False once closed.
  public boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !ready()) {
        if (retries.isEmpty() && !keys.isAnybodyWaiting()) changed.await();
        else if (changed.await(FIRST_RETRY.toMillis(), TimeUnit.MILLISECONDS)) continue;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean ready() {
    takeUpRetries();
    return keys.isDue() || waiting.stream().anyMatch(room -> !busy.contains(room));
  }

  private void takeUpRetries() {
    long now = clock.millis();
    retries.forEach(
        (room, retry) -> {
          // One that is worked on at this moment gets a new time.
          if (retry.atMs() <= now && !busy.contains(room)) waiting.add(room);
        });
  }

  /// When an event that had to wait is tried again, milliseconds by the clock; empty if none waits.
  public OptionalLong nextTry() {
    lock.lock();
    try {
      return retries.values().stream().mapToLong(Retry::atMs).min();
    } finally {
      lock.unlock();
    }
  }

  /// What is staged stays staged.
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// False only if nothing staged waits for a key.
  boolean isAnyKeyAwaited() {
    return keys.isAnybodyWaiting();
  }

  /// Works on one room's staged events, or asks for keys. False if there was nothing to do.
  public boolean step() {
    if (keys.isDue()) {
      keys.step().forEach(this::arrived);
      return true;
    }
    var room = take();
    if (room == null) return false;
    boolean complete = false;
    try {
      complete = drain(room);
      writers.get(room).ifPresent(extremities::tie);
    } catch (LedgerException e) {
      log.warn("Events of {} wait until they can be written.", room, e);
    } finally {
      release(room, complete);
    }
    return true;
  }

  private @Nullable RoomId take() {
    lock.lock();
    try {
      takeUpRetries();
      for (var room : waiting) {
        if (busy.contains(room)) continue;
        waiting.remove(room);
        busy.add(room);
        return room;
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void release(RoomId room, boolean complete) {
    lock.lock();
    try {
      busy.remove(room);
      if (complete) {
        retries.remove(room);
        backlog.empty(room);
      } else {
        long now = clock.millis();
        var before = retries.get(room);
        // What came in between was no retry.
        if (before == null || before.atMs() <= now) {
          var wait = before == null ? FIRST_RETRY : before.next();
          var longer = wait.multipliedBy(2);
          retries.put(
              room,
              new Retry(
                  now + wait.toMillis(), longer.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : longer));
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// False if something stays staged.
  private boolean drain(RoomId room) {
    boolean complete = true;
    long after = 0;
    while (true) {
      var batch = staging.staged(room, after, BATCH);
      if (batch.isEmpty()) return complete;
      after = batch.getLast().position();
      var settled = settled(room, batch);
      unstage(room, settled);
      complete &= settled.size() == batch.size();
    }
  }

  private List<Staged> settled(RoomId room, List<Staged> batch) {
    // Again if the room was dropped from memory meanwhile: what is placed by then is recognised.
    var placed = writers.with(room, writer -> placed(writer, batch)).flatMap(ids -> ids);
    // Nobody here is in the room any more.
    if (placed.isEmpty()) return batch;
    var settled = placed.get();
    long tooOld = clock.millis() - GIVE_UP.toMillis();
    var done = new ArrayList<Staged>();
    for (var staged : batch) {
      if (settled.contains(staged.eventId())) done.add(staged);
      else if (staged.receivedMs() < tooOld) {
        log.warn("Event {} is given up: what it needs was not to be had.", staged.eventId());
        done.add(staged);
      }
    }
    return done;
  }

  /// Empty if this server is not in the room.
  private Optional<Set<EventId>> placed(RoomWriter writer, List<Staged> batch) {
    return writer.committed().occupants().includes(writers.us())
        ? Optional.of(placing.work(writer, batch))
        : Optional.empty();
  }

  private void unstage(RoomId room, List<Staged> settled) {
    if (settled.isEmpty()) return;
    // Asked after the events were read: whoever of them waits for a key is among these.
    var awaiting = staging.awaitingKeys(room);
    var changes = new ArrayList<Change>();
    for (var staged : settled) {
      changes.add(new RoomChange.UnstageEvent(room, staged.eventId(), staged.position()));
      if (awaiting.contains(staged.eventId()))
        changes.add(new RoomChange.KeyAwaitedNoMore(room, staged.eventId()));
    }
    ledger.write(Entry.of(Lane.FEDERATION, changes));
    for (var staged : settled) backlog.went(room, staged.origin());
  }
}
