package org.hearth.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class SeededSchedulerTest {

  /// The JDK hands a virtual thread over some time after the monitor is free, from a thread of its
  /// own: in between it is neither blocked nor among those that wait for their turn.
  @Test
  void whoWaitedForTheMonitorOfAnotherRunGoesOn() throws InterruptedException {
    for (int round = 0; round < 3_000; round++) {
      var monitor = new Object();
      var taken = new CountDownLatch(1);
      int spins = round % 300 * 10;
      var holder =
          Thread.ofPlatform()
              .start(
                  () -> {
                    synchronized (monitor) {
                      taken.countDown();
                      for (int i = 0; i < spins; i++) Thread.onSpinWait();
                    }
                  });
      taken.await();
      var failures = new ArrayList<Throwable>();
      var scheduler = new SeededScheduler(new Chance(round), new Trace(false), failures::add);
      var order = new ArrayList<String>();
      scheduler.start(
          () -> {
            synchronized (monitor) {
              order.add("had to wait");
            }
          });

      assertThat(scheduler.run()).isTrue();
      assertThat(scheduler.running()).as("round %d", round).isZero();
      assertThat(order).containsExactly("had to wait");
      assertThat(failures).isEmpty();
      holder.join();
    }
  }

  /// As of libraries that keep a pool of buffers behind a lock, which all runs share.
  @Test
  void whoWaitedForTheLockOfAnotherRunGoesOnBeforeTimeDoes() throws InterruptedException {
    for (int round = 0; round < 1_000; round++) {
      var lock = new ReentrantLock();
      var taken = new CountDownLatch(1);
      int spins = round * 20;
      var other = Thread.ofPlatform().start(() -> holdInARunOfItsOwn(lock, taken, spins));
      taken.await();
      var failures = new ArrayList<Throwable>();
      var scheduler = new SeededScheduler(new Chance(round), new Trace(false), failures::add);
      var moments = new ArrayList<Long>();
      scheduler.start(() -> scheduler.sleep(3_600_000));
      scheduler.start(
          () -> {
            lock.lock();
            moments.add(scheduler.elapsed());
            lock.unlock();
          });

      assertThat(scheduler.run()).isTrue();
      assertThat(scheduler.running()).as("round %d", round).isZero();
      assertThat(moments).as("round %d", round).containsExactly(0L);
      assertThat(failures).isEmpty();
      other.join();
    }
  }

  private static void holdInARunOfItsOwn(ReentrantLock lock, CountDownLatch taken, int spins) {
    var scheduler = new SeededScheduler(new Chance(1), new Trace(false), _ -> {});
    scheduler.start(
        () -> {
          lock.lock();
          taken.countDown();
          for (int i = 0; i < spins; i++) Thread.onSpinWait();
          lock.unlock();
        });
    scheduler.run();
  }
}
