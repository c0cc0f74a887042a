package org.hearth.e2ee.todevice;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// Says when it is time to count a queue: at the first message since the start, and then at every
/// so many. So a queue is bounded without counting it for every message.
final class FullQueues {
  private static final int EVERY = 64;
  private static final int QUEUES = 20_000;

  /// Protects the map; held for moments.
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<Object, Integer> sinceCounted =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Integer> eldest) {
          return size() > QUEUES;
        }
      };

  boolean isTimeToCount(Object queue) {
    lock.lock();
    try {
      int count = sinceCounted.merge(queue, 1, Integer::sum);
      if (count == 1) return true;
      if (count >= EVERY) sinceCounted.put(queue, 0);
      return count >= EVERY;
    } finally {
      lock.unlock();
    }
  }
}
