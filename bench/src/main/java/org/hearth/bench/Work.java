package org.hearth.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Options that say how much to do.
final class Work {
  static final List<Scenario> SENDING =
      List.of(Scenario.SEQUENTIAL, Scenario.ONE_ROOM, Scenario.MANY_ROOMS, Scenario.READERS);
  static final List<Scenario> ALL = List.of(Scenario.values());

  @Option(
      names = "--clients",
      defaultValue = "64",
      description = "Clients that work at the same time (default: ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--rooms",
      defaultValue = "100",
      description = "Rooms where there are many (default: ${DEFAULT-VALUE})")
  private int rooms;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long each scenario is measured (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "5",
      description = "Seconds of working before that (default: ${DEFAULT-VALUE})")
  private int warmUp;

  @Option(
      names = "--scenario",
      split = ",",
      description = "Only these: sequential, one-room, many-rooms, readers, joins, initial-syncs")
  private List<String> chosen = new ArrayList<>();

  Plan plan(CommandLine line, int rate) {
    if (clients < 1 || rooms < 1 || seconds < 1 || warmUp < 0)
      throw new ParameterException(line, "clients, rooms and seconds are at least 1");
    return new Plan(
        clients, rooms, rate, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), 0);
  }

  /// @param otherwise if none was chosen
  List<Scenario> scenarios(CommandLine line, List<Scenario> otherwise) {
    if (chosen.isEmpty()) return otherwise;
    var scenarios = new ArrayList<Scenario>();
    for (String name : chosen)
      scenarios.add(
          Arrays.stream(Scenario.values())
              .filter(scenario -> scenario.label.equals(name))
              .findFirst()
              .orElseThrow(() -> new ParameterException(line, "there is no scenario " + name)));
    return scenarios;
  }
}
