package org.hearth.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
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

/// Lets the cast of one scenario work (and read) for the planned time, and counts. Each client has
/// a thread of its own: for a few hundred that is the cheapest way to wait for an answer.
final class Measurement {
  private static final int SYNC_TIMEOUT_MS = 1000;
  private static final int FAILURES_ALLOWED_IN_A_ROW = 20;
  private static final JsonFactory JSON = new JsonFactory();

  /// No round has more messages of one client.
  private static final long ROUND = 1_000_000;

  private final Scenario scenario;
  private final Plan plan;
  private final Scenario.Cast cast;
  private final Homeserver server;
  private final LongAdder failures = new LongAdder();

  /// When each message was sent, by its mark; filled only if there are readers. Lives as long as
  /// one measurement.
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
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      long limitedBefore = server.rateLimited.sum();
      List<Future<Durations>> readers = startReaders(threads);
      var pace = new Pace(plan.rate(), plan.warmUp(), plan.measured());
      var workers = new ArrayList<Future<Durations>>();
      for (int i = 0; i < cast.workers().size(); i++) {
        int number = i;
        workers.add(threads.submit(() -> work(number, pace)));
      }
      Thread.sleep(plan.warmUp());
      long processor = processorNanos();
      List<Durations> done = join(workers);
      long[] latencies = Durations.all(done);
      double micros = (processorNanos() - processor) / 1e3 / Math.max(1, latencies.length);
      // Let the readers see the last messages.
      if (!readers.isEmpty()) Thread.sleep(SYNC_TIMEOUT_MS);
      reading = false;
      long[] deliveries = Durations.all(join(readers));
      double seconds = pace.seconds(Durations.last(done));
      return new Result(
          scenario.label,
          cast.workers().size(),
          seconds,
          latencies.length,
          latencies.length / seconds,
          Percentiles.ofNanos(latencies),
          readers.isEmpty() ? null : Percentiles.ofNanos(deliveries),
          server.rateLimited.sum() - limitedBefore,
          failures.sum(),
          micros);
    }
  }

  private static long processorNanos() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(java.time.Duration::toNanos)
        .orElse(0L);
  }

  private Durations work(int number, Pace pace) throws IOException, InterruptedException {
    var latencies = new Durations();
    Scenario.Worker worker = cast.workers().get(number);
    int failedInARow = 0;
    long round = plan.round() * ROUND;
    for (long message = 0; message < ROUND; message++) {
      long due = pace.next();
      if (due >= pace.end()) break;
      String mark = Payloads.mark(scenario.ordinal(), number, round + message);
      if (!cast.readers().isEmpty() && due >= pace.begin()) sentAt.put(mark, System.nanoTime());
      String why;
      try {
        Homeserver.Answer answer = worker.work(mark);
        if (answer == null) break;
        if (answer.status() == 200) {
          failedInARow = 0;
          pace.count(due, answer, latencies);
          continue;
        }
        why = answer.status() + " " + answer.body();
      } catch (IOException unanswered) {
        why = String.valueOf(unanswered.getMessage());
      }
      failures.increment();
      if (++failedInARow == FAILURES_ALLOWED_IN_A_ROW)
        throw new IOException("client " + number + " cannot go on: " + why);
    }
    return latencies;
  }

  private List<Future<Durations>> startReaders(ExecutorService threads)
      throws IOException, InterruptedException {
    var positions =
        Crowd.ask(
            cast.readers().size(),
            8,
            number -> cast.readers().get(number).sync(null, 0).body().path("next_batch").asText());
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
      Homeserver.Answer answer = reader.sync(position, SYNC_TIMEOUT_MS);
      position = seen(answer.bytes(), System.nanoTime(), deliveries);
    }
    return deliveries;
  }

  /// Notes the messages in an answer of /sync and returns its token. Reads on without making a
  /// tree, since that would be most of the generator's work.
  private String seen(byte[] answer, long now, Durations deliveries) throws IOException {
    String position = "";
    try (var parser = JSON.createParser(answer)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME) continue;
        String name = parser.currentName();
        if (name.equals("ciphertext")) {
          parser.nextToken();
          @Nullable Long sent = sentAt.get(Payloads.markOf(parser.getText()));
          if (sent != null) deliveries.add(now - sent);
        } else if (name.equals("next_batch")) {
          parser.nextToken();
          position = parser.getText();
        }
      }
    }
    return position;
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
