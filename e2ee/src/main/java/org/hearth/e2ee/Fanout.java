package org.hearth.e2ee;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/// Asks several servers at the same time and waits for all of them, each up to a deadline.
public final class Fanout {
  private final Executor executor;

  /// @param executor gives each task its own virtual thread
  public Fanout(Executor executor) {
    this.executor = executor;
  }

  /// What each question was answered, by the same keys; `late` where no answer came in time or the
  /// question threw.
  public <K extends Comparable<K>, Q, A> SortedMap<K, A> ask(
      Map<K, Q> questions, BiFunction<K, Q, A> question, Duration deadline, A late) {
    var running = new ArrayList<CompletableFuture<Void>>();
    var answers = new TreeMap<K, CompletableFuture<A>>();
    questions.forEach(
        (key, asked) -> {
          var answer =
              CompletableFuture.supplyAsync(() -> question.apply(key, asked), executor)
                  .completeOnTimeout(late, deadline.toMillis(), TimeUnit.MILLISECONDS)
                  .exceptionally(_ -> late);
          answers.put(key, answer);
          running.add(answer.thenAccept(_ -> {}));
        });
    CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    var result = new TreeMap<K, A>();
    answers.forEach((key, answer) -> result.put(key, answer.join()));
    return result;
  }
}
