package org.hearth.federation.sender;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.federation.sender.Parcel.Waiting;
import org.hearth.schemas.id.EventId;

/// What waits for one destination, in memory. Either the destination is *live*, and every event
/// that it must have and has not is in the list, or it *lags*, and what it must have follows from
/// the position up to which it has everything.
final class Waitlist {
  static final int MAX_LIVE = 1000;
  static final int MAX_EPHEMERAL = 200;

  /// Protects everything below; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition news = lock.newCondition();
  private final ArrayDeque<Waiting> live = new ArrayDeque<>();
  private final Map<String, ObjectNode> ephemeral = new LinkedHashMap<>();
  private boolean lagging;

  /// While lagging: the destination has everything up to here. While live: it was sent everything
  /// up to here by catching up.
  private long deliveredUpTo;

  /// The newest event that was not put into the list because the destination lags.
  private long skippedUpTo;

  /// While lagging: since when.
  private long sinceMs;

  private boolean durableEdus;
  private boolean working;
  private boolean woken;

  /// The destination lagged when the process started.
  void lagsSince(long deliveredUpTo, long sinceMs) {
    lock.lock();
    try {
      lagging = true;
      this.deliveredUpTo = deliveredUpTo;
      this.sinceMs = sinceMs;
      live.clear();
    } finally {
      lock.unlock();
    }
  }

  boolean lags() {
    lock.lock();
    try {
      return lagging;
    } finally {
      lock.unlock();
    }
  }

  /// While lagging: since when, in milliseconds since the epoch.
  long sinceMs() {
    lock.lock();
    try {
      return sinceMs;
    } finally {
      lock.unlock();
    }
  }

  /// Adds an event. False if the list is full: the destination must begin to lag, and then be
  /// offered the event again.
  boolean offer(long position, EventId eventId) {
    lock.lock();
    try {
      if (lagging) {
        skippedUpTo = position;
      } else if (position > deliveredUpTo) {
        if (live.size() >= MAX_LIVE) return false;
        live.add(new Waiting(position, eventId));
      }
      news.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Adds an EDU that may be lost; a newer one of the same key takes the place of an older one.
  void offer(String key, ObjectNode edu) {
    lock.lock();
    try {
      ephemeral.remove(key);
      if (ephemeral.size() >= MAX_EPHEMERAL) ephemeral.remove(ephemeral.keySet().iterator().next());
      ephemeral.put(key, edu);
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// There are EDUs in the durable queue.
  void hasDurableEdus() {
    lock.lock();
    try {
      durableEdus = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether to look into the durable queue; it is not asked again before something new came.
  boolean takeDurableEdus() {
    lock.lock();
    try {
      boolean there = durableEdus;
      durableEdus = false;
      return there;
    } finally {
      lock.unlock();
    }
  }

  /// The oldest events of a live destination; they stay until [#delivered].
  List<Waiting> oldest(int limit) {
    lock.lock();
    try {
      return live.stream().limit(limit).toList();
    } finally {
      lock.unlock();
    }
  }

  List<ObjectNode> takeEphemeral(int limit) {
    lock.lock();
    try {
      List<ObjectNode> taken = new ArrayList<>();
      var each = ephemeral.values().iterator();
      while (each.hasNext() && taken.size() < limit) {
        taken.add(each.next());
        each.remove();
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// What may be lost is, once the destination does not answer: when it does, it is no longer true.
  void dropEphemeral() {
    lock.lock();
    try {
      ephemeral.clear();
    } finally {
      lock.unlock();
    }
  }

  /// The first events of a live destination were delivered.
  void delivered(int count) {
    lock.lock();
    try {
      for (int i = 0; i < count; i++) live.remove();
    } finally {
      lock.unlock();
    }
  }

  /// Up to where the destination has everything; empty if it has everything that was offered.
  OptionalLong behind() {
    lock.lock();
    try {
      if (lagging) return OptionalLong.of(deliveredUpTo);
      return live.isEmpty() ? OptionalLong.empty() : OptionalLong.of(live.element().position() - 1);
    } finally {
      lock.unlock();
    }
  }

  /// From now on the destination lags; what is in the list follows from the position.
  void lag(long nowMs) {
    lock.lock();
    try {
      if (lagging || live.isEmpty()) return;
      lagging = true;
      deliveredUpTo = live.element().position() - 1;
      sinceMs = nowMs;
      skippedUpTo = live.getLast().position();
      live.clear();
    } finally {
      lock.unlock();
    }
  }

  /// While lagging: the destination has everything up to here.
  void caughtUpTo(long position) {
    lock.lock();
    try {
      deliveredUpTo = Math.max(deliveredUpTo, position);
    } finally {
      lock.unlock();
    }
  }

  /// Makes the destination live, if it really has everything that was offered meanwhile.
  boolean liveAgain() {
    lock.lock();
    try {
      if (!lagging || deliveredUpTo < skippedUpTo) return false;
      lagging = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Begins to work on the list; false if somebody already does.
  boolean begin() {
    lock.lock();
    try {
      if (working) return false;
      working = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the work, unless there is more of it.
  boolean end(boolean always) {
    lock.lock();
    try {
      if (!always && hasWork()) return false;
      working = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Only with the lock held.
  private boolean hasWork() {
    return lagging || durableEdus || !live.isEmpty() || !ephemeral.isEmpty();
  }

  /// Ends a [#rest].
  void wake() {
    lock.lock();
    try {
      woken = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the time is over or somebody calls [#wake]; news does not end it.
  void rest(long millis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!woken && left > 0) left = news.awaitNanos(left);
      woken = false;
    } finally {
      lock.unlock();
    }
  }
}
