package org.hearth.simulator;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.hearth.schemas.room.RoomVersion;

/// Many seeds, several at a time. Each runs on one thread and knows nothing of the others.
final class Campaign {
  private final List<RoomVersion> versions;
  private final long first;
  private final long count;
  private final AtomicLong next;
  private final ReentrantLock lock = new ReentrantLock();
  private final Counts counts = new Counts();
  private final List<Simulation.Result> failures = new ArrayList<>();
  private final AtomicLong cpuNanos = new AtomicLong();
  private long finished;

  /// @param first the first seed
  Campaign(List<RoomVersion> versions, long first, long count) {
    this.versions = versions;
    this.first = first;
    this.count = count;
    this.next = new AtomicLong(first);
  }

  /// @param seen told each result, one at a time
  void run(int jobs, Consumer<Simulation.Result> seen) {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < jobs; i++) threads.add(Thread.ofPlatform().start(() -> work(seen)));
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void work(Consumer<Simulation.Result> seen) {
    var clock = ManagementFactory.getThreadMXBean();
    long begun = clock.getCurrentThreadCpuTime();
    try {
      next(seen);
    } finally {
      cpuNanos.addAndGet(clock.getCurrentThreadCpuTime() - begun);
    }
  }

  private void next(Consumer<Simulation.Result> seen) {
    for (long seed = next.getAndIncrement(); seed < first + count; seed = next.getAndIncrement()) {
      var result = Simulation.run(seed, versions);
      lock.lock();
      try {
        finished++;
        result.counts().forEach(counts::add);
        if (!result.isGood()) failures.add(result);
        seen.accept(result);
      } finally {
        lock.unlock();
      }
    }
  }

  /// Of the threads that ran the seeds.
  double cpuSeconds() {
    return cpuNanos.get() / 1e9;
  }

  long finished() {
    return finished;
  }

  List<Simulation.Result> failures() {
    return failures;
  }

  Counts counts() {
    return counts;
  }

  /// What failed, and how to see it again.
  static String describe(Simulation.Result result) {
    var text = new StringBuilder("seed ").append(result.seed()).append(" fails:\n");
    for (var violation : result.violations()) text.append("  - ").append(violation).append('\n');
    for (var line : result.explanation()) text.append("    ").append(line).append('\n');
    text.append("  again: ./hearth simulate --seeds 1 --seed ").append(result.seed());
    text.append(" --room-version ");
    text.append(String.join(",", result.versions().stream().map(RoomVersion::id).toList()));
    return text.append(" --trace\n").toString();
  }
}
