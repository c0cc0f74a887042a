package org.hearth.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// When the next request is due, and which ones count.
///
/// Without a rate each client asks again as soon as it was answered (a closed loop). With one,
/// requests are due at fixed moments that all clients share, and latency begins there: a server
/// that stalls is charged for everything that should have been sent meanwhile ("coordinated
/// omission" would leave that out).
final class Pace {
  private final int rate;
  private final long start;
  private final long begin;
  private final long end;
  private final AtomicLong tickets = new AtomicLong();

  Pace(int rate, Duration warmUp, Duration measured) {
    this.rate = rate;
    this.start = System.nanoTime();
    this.begin = start + warmUp.toNanos();
    this.end = begin + measured.toNanos();
  }

  /// Of what counts.
  long begin() {
    return begin;
  }

  long end() {
    return end;
  }

  /// Waits until a request is due and returns that moment.
  long next() {
    if (rate == 0) return System.nanoTime();
    long due = due(tickets.getAndIncrement());
    while (due < end) {
      long left = due - System.nanoTime();
      if (left <= 0) break;
      LockSupport.parkNanos(left);
    }
    return due;
  }

  private long due(long ticket) {
    return start + (long) (ticket * 1e9 / rate);
  }

  /// Adds the latency of an answered request, if it lies in the measured time.
  void count(long due, Homeserver.Answer answer, Durations latencies) {
    long done = answer.begun() + answer.nanos();
    if (rate > 0) {
      if (due >= begin) latencies.add(done - due, done);
    } else if (answer.begun() >= begin && done <= end) {
      latencies.add(answer.nanos(), done);
    }
  }

  /// How long was measured: less than planned if the work was done before, more if a fixed rate was
  /// not held.
  ///
  /// @param last when the last counted request was answered
  double seconds(long last) {
    return Math.max(1, last - begin) / 1e9;
  }
}
