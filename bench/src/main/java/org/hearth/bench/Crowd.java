package org.hearth.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// The same task many times at once, each on a virtual thread.
final class Crowd {
  private Crowd() {}

  /// @param <T> what each gives
  interface Task<T extends @org.jspecify.annotations.Nullable Object> {
    T run(int number) throws IOException, InterruptedException;
  }

  /// Runs the task for 0 to `count` - 1 and returns what they gave, in that order.
  ///
  /// @param atATime how many run together at most
  /// @throws IOException the first failure, after all have ended
  static <T> List<T> ask(int count, int atATime, Task<T> task)
      throws IOException, InterruptedException {
    var permits = new Semaphore(atATime);
    var running = new ArrayList<Future<T>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(
            threads.submit(
                () -> {
                  permits.acquire();
                  try {
                    return task.run(number);
                  } finally {
                    permits.release();
                  }
                }));
      }
    }
    var results = new ArrayList<T>();
    for (Future<T> one : running) {
      try {
        results.add(one.get());
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof IOException io) throw io;
        throw new IllegalStateException(failed.getCause());
      }
    }
    return results;
  }
}
