package org.hearth.bench;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// What a comparison measured, round by round.
///
/// @param rounds how often each scenario was measured on each server
/// @param seconds how long each time
/// @param scenarios in the order in which they are shown
/// @param servers in the order in which they were named
public record Comparison(
    Machine machine,
    int clients,
    int rooms,
    int rounds,
    long seconds,
    List<String> scenarios,
    List<Server> servers) {

  /// @param durability what its 200 promises, in the words of who ran it
  /// @param results of all rounds
  public record Server(String label, String url, String durability, List<Result> results) {}

  /// Where generator and servers ran.
  public record Machine(String at, int processors, String system, String java) {
    static Machine here() {
      return new Machine(
          Instant.now().toString(),
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("os.name") + " " + System.getProperty("os.version"),
          System.getProperty("java.vendor") + " " + Runtime.version());
    }
  }

  /// One server in one scenario: medians over the rounds.
  record Median(
      double eventsPerSecond, double p50, double p90, double p99, double seen, long failures) {}

  /// Empty if it was not measured.
  static Optional<Median> median(Server server, String scenario) {
    List<Result> rounds =
        server.results().stream().filter(result -> result.scenario().equals(scenario)).toList();
    if (rounds.isEmpty()) return Optional.empty();
    return Optional.of(
        new Median(
            median(rounds, Result::eventsPerSecond),
            median(rounds, result -> result.latencyMs().p50()),
            median(rounds, result -> result.latencyMs().p90()),
            median(rounds, result -> result.latencyMs().p99()),
            median(rounds, result -> result.deliveryMs() == null ? -1 : result.deliveryMs().p50()),
            rounds.stream().mapToLong(Result::failures).sum()));
  }

  private static double median(List<Result> rounds, ToDoubleFunction<Result> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
