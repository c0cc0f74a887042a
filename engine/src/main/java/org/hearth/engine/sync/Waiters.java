package org.hearth.engine.sync;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Who waits for news of which topics. A waiter subscribes before it looks, so nothing falls in
/// between.
public final class Waiters {
  private final ConcurrentHashMap<Topic, Set<Waiter>> subscribed = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /// One request that waits; used once.
  public final class Waiter implements AutoCloseable {
    private final Set<Topic> topics = ConcurrentHashMap.newKeySet();
    private final CountDownLatch news = new CountDownLatch(1);

    private Waiter() {}

    void subscribe(Topic topic) {
      if (topics.add(topic))
        subscribed.compute(
            topic,
            (_, present) -> {
              var waiters = present == null ? ConcurrentHashMap.<Waiter>newKeySet() : present;
              waiters.add(this);
              return waiters;
            });
    }

    /// Returns on news, or when the time is over.
    void await(long millis) {
      waiting.incrementAndGet();
      try {
        // Whether it was news or time does not matter: the caller looks again.
        var _ = news.await(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        waiting.decrementAndGet();
      }
    }

    @Override
    public void close() {
      for (var topic : topics)
        subscribed.computeIfPresent(
            topic,
            (_, waiters) -> {
              waiters.remove(this);
              return waiters.isEmpty() ? null : waiters;
            });
    }
  }

  Waiter enter() {
    return new Waiter();
  }

  void wake(Collection<Topic> topics) {
    for (var topic : topics) wake(topic);
  }

  void wake(Topic topic) {
    for (var waiter : subscribed.getOrDefault(topic, Set.of())) waiter.news.countDown();
  }

  /// How many requests wait now.
  public int waiting() {
    return waiting.get();
  }
}
