package org.hearth.engine.room;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.e2ee.Fanout;
import org.hearth.engine.room.StagingStore.Awaited;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// Asks for the keys that staged events wait for, again and again with longer and longer pauses;
/// one step at a time, so that servers which do not answer hold up no room. Those of one step are
/// asked at the same time, so that they do not hold up each other for long.
final class AwaitedKeys {
  /// Servers that are asked in one step, and rooms that hear of one server's key.
  private static final int SERVERS = 20;

  private static final int ROOMS = 1_000;
  private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
  private static final Duration LAST_RETRY = Duration.ofMinutes(10);

  private final RoomWriters writers;
  private final StagingStore staging;
  private final Receipt receipt;
  private final Fanout fanout;
  private final InstantSource clock;

  /// Protects the fields below; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  private boolean busy;

  /// Whether an event began to wait while somebody was busy.
  private boolean begun;

  /// When to ask next; null while nobody waits.
  private @Nullable Long dueMs;

  private Duration pause = FIRST_RETRY;

  /// Where the last step ended: a round goes over all servers before the next begins.
  private long after;

  AwaitedKeys(
      RoomWriters writers,
      StagingStore staging,
      Receipt receipt,
      Fanout fanout,
      InstantSource clock) {
    this.writers = writers;
    this.staging = staging;
    this.receipt = receipt;
    this.fanout = fanout;
    this.clock = clock;
    this.dueMs = clock.millis();
  }

  /// An event began to wait. Its key was asked for a moment ago.
  void begin() {
    lock.lock();
    try {
      begun = true;
      pause = FIRST_RETRY;
      long soon = clock.millis() + pause.toMillis();
      if (dueMs == null || dueMs > soon) dueMs = soon;
    } finally {
      lock.unlock();
    }
  }

  boolean isAnybodyWaiting() {
    lock.lock();
    try {
      return dueMs != null;
    } finally {
      lock.unlock();
    }
  }

  boolean isDue() {
    lock.lock();
    try {
      return !busy && dueMs != null && dueMs <= clock.millis();
    } finally {
      lock.unlock();
    }
  }

  /// Rooms in which an event can be judged now. Empty also if it is not time, or somebody else is
  /// at it.
  Set<RoomId> step() {
    lock.lock();
    try {
      if (busy || dueMs == null || dueMs > clock.millis()) return Set.of();
      busy = true;
      begun = false;
    } finally {
      lock.unlock();
    }
    var progress = Progress.FAILED;
    try {
      var rooms = new LinkedHashSet<RoomId>();
      var page = staging.oldestAwaiting(after, SERVERS);
      var there = fanout.map(page, SERVERS, this::isThere);
      for (int i = 0; i < page.size(); i++)
        if (there.get(i)) rooms.addAll(staging.roomsAwaiting(page.get(i).server(), ROOMS));
      if (page.size() == SERVERS) progress = Progress.IN_ROUND;
      else progress = page.isEmpty() && after == 0 ? Progress.NOBODY_WAITS : Progress.ROUND_ENDED;
      after = page.size() == SERVERS ? page.getLast().event().position() : 0;
      return rooms;
    } finally {
      end(progress);
    }
  }

  private enum Progress {
    IN_ROUND,
    ROUND_ENDED,
    NOBODY_WAITS,
    FAILED
  }

  private void end(Progress progress) {
    lock.lock();
    try {
      busy = false;
      long now = clock.millis();
      if (progress == Progress.IN_ROUND) dueMs = now;
      else if (progress == Progress.NOBODY_WAITS && !begun) dueMs = null;
      else {
        dueMs = now + pause.toMillis();
        var longer = pause.multipliedBy(2);
        pause = longer.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : longer;
      }
    } finally {
      lock.unlock();
    }
  }

  /// Whether the event can be judged by now, whatever the verdict.
  private boolean isThere(Awaited awaited) {
    var writer = writers.get(awaited.event().room()).orElse(null);
    if (writer == null) return true;
    try {
      var pdu = Json.parseObject(awaited.event().pdu());
      return !(receipt.reading(pdu, writer.key().rules(), true) instanceof Receipt.Reading.Waiting);
    } catch (MalformedJson e) {
      return true;
    }
  }
}
