package org.hearth.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Lets the cast of one scenario send (and read) for the planned time, and counts.
final class Measurement {
  private static final int SYNC_TIMEOUT_MS = 1000;
  private static final int FAILURES_ALLOWED_IN_A_ROW = 20;

  private final Scenario scenario;
  private final Plan plan;
  private final Scenario.Cast cast;
  private final Homeserver server;
  private final Payloads payloads = new Payloads();
  private final LongAdder failures = new LongAdder();

  /// When each message was sent, by its mark; filled only if there are readers. Lives as long as
  /// one scenario.
  private final Map<String, Long> sentAt = new ConcurrentHashMap<>();

  private volatile boolean reading = true;

  Measurement(Scenario scenario, Plan plan, Scenario.Cast cast, Homeserver server) {
    this.scenario = scenario;
    this.plan = plan;
    this.cast = cast;
    this.server = server;
  }

  /// @throws IOException if one client fails many times in a row
  Result run() throws IOException, InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long limitedBefore = server.rateLimited.sum();
      List<Future<Durations>> readers = startReaders(threads);
      long begin = System.nanoTime() + plan.warmUp().toNanos();
      long end = begin + plan.measured().toNanos();
      var senders = new ArrayList<Future<Durations>>();
      for (int i = 0; i < cast.senders().size(); i++) {
        int number = i;
        senders.add(threads.submit(() -> send(number, begin, end)));
      }
      long[] latencies = Durations.all(join(senders));
      // Let the readers see the last messages.
      if (!readers.isEmpty()) Thread.sleep(SYNC_TIMEOUT_MS);
      reading = false;
      long[] deliveries = Durations.all(join(readers));
      double seconds = plan.measured().toNanos() / 1e9;
      return new Result(
          scenario.label,
          cast.senders().size(),
          seconds,
          latencies.length,
          latencies.length / seconds,
          Percentiles.ofNanos(latencies),
          readers.isEmpty() ? null : Percentiles.ofNanos(deliveries),
          server.rateLimited.sum() - limitedBefore,
          failures.sum());
    }
  }

  private Durations send(int number, long begin, long end)
      throws IOException, InterruptedException {
    var latencies = new Durations();
    Client client = cast.senders().get(number);
    String room = cast.rooms().get(number);
    int failedInARow = 0;
    for (long message = 0; System.nanoTime() < end; message++) {
      String mark = Payloads.mark(scenario.ordinal(), number, message);
      JsonNode content = payloads.content(mark, client.device());
      if (!cast.readers().isEmpty() && System.nanoTime() >= begin)
        sentAt.put(mark, System.nanoTime());
      String why;
      try {
        Homeserver.Answer answer = client.send(room, mark, content);
        if (answer.status() == 200) {
          failedInARow = 0;
          long done = answer.begun() + answer.nanos();
          if (answer.begun() >= begin && done <= end) latencies.add(answer.nanos());
          continue;
        }
        why = answer.status() + " " + answer.body();
      } catch (IOException unanswered) {
        why = String.valueOf(unanswered.getMessage());
      }
      failures.increment();
      if (++failedInARow == FAILURES_ALLOWED_IN_A_ROW)
        throw new IOException(client.userId() + " cannot send: " + why);
    }
    return latencies;
  }

  private List<Future<Durations>> startReaders(ExecutorService threads)
      throws IOException, InterruptedException {
    var positions =
        Crowd.ask(
            cast.readers().size(),
            8,
            number -> cast.readers().get(number).sync(null, 0).path("next_batch").asText());
    var readers = new ArrayList<Future<Durations>>();
    for (int i = 0; i < positions.size(); i++) {
      Client reader = cast.readers().get(i);
      String position = positions.get(i);
      readers.add(threads.submit(() -> read(reader, position)));
    }
    return readers;
  }

  private Durations read(Client reader, String from) throws IOException, InterruptedException {
    var deliveries = new Durations();
    String position = from;
    while (reading) {
      JsonNode answer = reader.sync(position, SYNC_TIMEOUT_MS);
      long now = System.nanoTime();
      position = answer.path("next_batch").asText();
      for (JsonNode room : answer.path("rooms").path("join"))
        for (JsonNode event : room.path("timeline").path("events")) {
          @Nullable Long sent =
              sentAt.get(Payloads.markOf(event.path("content").path("ciphertext").asText("")));
          if (sent != null) deliveries.add(now - sent);
        }
    }
    return deliveries;
  }

  private static List<Durations> join(List<Future<Durations>> parts)
      throws IOException, InterruptedException {
    var durations = new ArrayList<Durations>();
    for (Future<Durations> part : parts) {
      try {
        durations.add(part.get());
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof IOException io) throw io;
        throw new IllegalStateException(failed.getCause());
      }
    }
    return durations;
  }
}
