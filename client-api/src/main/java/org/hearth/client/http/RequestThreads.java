package org.hearth.client.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Where handlers run: one virtual thread per request, of which a bounded number runs at a time.
///
/// More may wait for their turn, up to a bound; beyond it [#tryRun] refuses. A request that waits
/// for news gives its turn back with [#parked].
public final class RequestThreads {
  private final Semaphore turns;
  private final int maxWaiting;
  private final int maxParked;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger parked = new AtomicInteger();

  /// @param running how many handlers run at a time
  /// @param maxWaiting how many more may wait for their turn
  /// @param maxParked how many may wait for news at a time
  public RequestThreads(int running, int maxWaiting, int maxParked) {
    // Fair, so that a long queue makes everybody slow instead of a few hang.
    this.turns = new Semaphore(running, true);
    this.maxWaiting = maxWaiting;
    this.maxParked = maxParked;
  }

  /// Starts a request's thread; false if too many wait already.
  boolean tryRun(Runnable request) {
    if (waiting.incrementAndGet() > maxWaiting) {
      waiting.decrementAndGet();
      return false;
    }
    Thread.ofVirtual()
        .name("request")
        .start(
            () -> {
              turns.acquireUninterruptibly();
              waiting.decrementAndGet();
              try {
                request.run();
              } finally {
                turns.release();
              }
            });
    return true;
  }

  /// Runs `wait`, which does nothing but wait for news, without holding a turn. Only on a request's
  /// own thread, and without holding a lock.
  ///
  /// Too many parked requests: 503 with `M_LIMIT_EXCEEDED`.
  public <T> T parked(Supplier<T> wait) {
    if (parked.incrementAndGet() > maxParked) {
      parked.decrementAndGet();
      throw RequestError.of(503, "M_LIMIT_EXCEEDED", "Too many requests are waiting");
    }
    turns.release();
    try {
      return wait.get();
    } finally {
      turns.acquireUninterruptibly();
      parked.decrementAndGet();
    }
  }

  /// How many requests wait for their turn.
  public int waiting() {
    return waiting.get();
  }

  /// How many requests wait for news.
  public int parkedNow() {
    return parked.get();
  }
}
