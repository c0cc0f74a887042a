package org.hearth.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets Java use the whole heap while there is work, and give it back when there is none.
///
/// The launcher has the heap stay close to what is in use, so that an idle server is small. Under
/// load the collector would work all the time in that little room, and take as much processor time
/// as half of all else. How much of the heap is kept free can be changed while Java runs.
final class BusyHeap {
  private static final Logger LOG = LoggerFactory.getLogger(BusyHeap.class);

  /// How often it is looked at.
  static final Duration EVERY = Duration.ofSeconds(5);

  /// More collections than this between two looks are work.
  private static final long BUSY = 2;

  /// Looks without work before the heap may shrink: the load of people comes in waves.
  private static final int CALM = 12;

  /// Of the heap, in percent: less free and it grows, more and it shrinks.
  record Free(int least, int most) {}

  private static final Free WORKING = new Free(60, 100);

  /// Java's settings.
  interface Settings {
    Free free();

    void free(Free free);
  }

  private final LongSupplier collections;
  private final Settings settings;
  private final Free idle;
  private long counted;
  private int calm = CALM;

  /// @param collections how many there were so far
  BusyHeap(LongSupplier collections, Settings settings) {
    this.collections = collections;
    this.settings = settings;
    this.idle = settings.free();
    this.counted = collections.getAsLong();
  }

  /// Empty where Java has no such settings.
  static Optional<BusyHeap> ofThisProcess() {
    var bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (bean == null) return Optional.empty();
    try {
      return Optional.of(new BusyHeap(BusyHeap::collectionsSoFar, new JavaSettings(bean)));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      LOG.debug("This Java has no settings for the free part of the heap", e);
      return Optional.empty();
    }
  }

  /// To be run every [#EVERY]. Java is asked for its settings at the first time, since the start
  /// shall be short.
  static Runnable watch() {
    return new Runnable() {
      private final ReentrantLock lock = new ReentrantLock();
      private @Nullable Optional<BusyHeap> heap;

      @Override
      public void run() {
        lock.lock();
        try {
          if (heap == null) heap = ofThisProcess();
          heap.ifPresent(BusyHeap::look);
        } finally {
          lock.unlock();
        }
      }
    };
  }

  private static long collectionsSoFar() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /// Compares with the last look.
  void look() {
    long now = collections.getAsLong();
    boolean busy = now - counted > BUSY;
    counted = now;
    boolean worked = calm < CALM;
    calm = busy ? 0 : Math.min(calm + 1, CALM);
    if (worked != calm < CALM) settings.free(busy ? WORKING : idle);
  }

  private record JavaSettings(HotSpotDiagnosticMXBean bean) implements Settings {
    private static final String LEAST = "MinHeapFreeRatio";
    private static final String MOST = "MaxHeapFreeRatio";

    @Override
    public Free free() {
      return new Free(number(LEAST), number(MOST));
    }

    private int number(String option) {
      return Integer.parseInt(bean.getVMOption(option).getValue());
    }

    @Override
    public void free(Free free) {
      // At no moment may the least be more than the most.
      bean.setVMOption(LEAST, "0");
      bean.setVMOption(MOST, Integer.toString(free.most()));
      bean.setVMOption(LEAST, Integer.toString(free.least()));
    }
  }
}
