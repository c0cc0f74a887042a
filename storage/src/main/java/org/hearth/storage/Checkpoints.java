package org.hearth.storage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Forces H2's file every [DatabaseSettings#checkpointMillis], on a thread of its own: how long the
/// journal is depends on it, whatever else the process does.
final class Checkpoints implements AutoCloseable {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private Checkpoints(H2Store store, int millis) {
    thread =
        Thread.ofPlatform()
            .name("hearth-checkpoints")
            .daemon()
            .unstarted(
                () -> {
                  try {
                    while (!stop.await(millis, TimeUnit.MILLISECONDS)) store.checkpoint();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  static Checkpoints start(H2Store store, int millis) {
    var checkpoints = new Checkpoints(store, millis);
    checkpoints.thread.start();
    return checkpoints;
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
