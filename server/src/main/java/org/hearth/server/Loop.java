package org.hearth.server;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A thread that repeats one step until the step says that it was the last. Steps are methods of
/// the inner modules; only their loops live here.
final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final Thread thread;

  private Loop(Thread thread) {
    this.thread = thread;
  }

  /// One round; false ends the loop. It waits by itself when there is nothing to do.
  @FunctionalInterface
  interface Step {
    boolean run() throws InterruptedException;
  }

  /// @param failed what to do about an exception; the loop goes on if this returns
  static Loop start(String name, Step step, Consumer<Throwable> failed) {
    return new Loop(Thread.ofPlatform().name(name).start(() -> repeat(name, step, failed)));
  }

  /// For loops that can try again: says what failed, and waits a moment.
  static Consumer<Throwable> pausing(String what) {
    return e -> {
      LOG.error("{} failed", what, e);
      try {
        Thread.sleep(Duration.ofSeconds(1));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static void repeat(String name, Step step, Consumer<Throwable> failed) {
    boolean more = true;
    while (more) {
      try {
        more = step.run();
      } catch (InterruptedException e) {
        LOG.debug("The loop {} was interrupted", name);
        return;
      } catch (RuntimeException | Error e) {
        failed.accept(e);
      }
    }
  }

  /// Waits for the last step.
  void join(Duration patience) {
    try {
      if (!thread.join(patience)) LOG.warn("The loop {} does not end", thread.getName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
