package org.hearth.e2ee;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Does several things at the same time and waits for all of them.
public final class Fanout {
  private final Executor executor;

  /// @param executor gives each task its own virtual thread
  public Fanout(Executor executor) {
    this.executor = executor;
  }

  /// What the function gives for each item, in their order; at most `atOnce` are under way. What it
  /// throws is thrown here, once nothing is under way any more.
  public <T, R> List<R> map(List<T> items, int atOnce, Function<T, R> function) {
    var next = new AtomicInteger();
    var running = new ArrayList<CompletableFuture<Map<Integer, R>>>();
    for (int i = 0; i < Math.min(atOnce, items.size()); i++)
      running.add(
          CompletableFuture.supplyAsync(
              () -> {
                var done = new HashMap<Integer, R>();
                for (int at = next.getAndIncrement();
                    at < items.size();
                    at = next.getAndIncrement()) done.put(at, function.apply(items.get(at)));
                return done;
              },
              executor));
    try {
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException why) throw why;
      throw e;
    }
    var results = new TreeMap<Integer, R>();
    running.forEach(done -> results.putAll(done.join()));
    return List.copyOf(results.values());
  }

  /// Asks several servers, each up to a deadline. What each question was answered, by the same
  /// keys; `late` where no answer came in time or the question threw.
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
