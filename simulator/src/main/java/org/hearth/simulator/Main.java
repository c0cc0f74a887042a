package org.hearth.simulator;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.hearth.schemas.room.RoomVersion;

/// `./hearth simulate`.
public final class Main {
  private static final String USAGE =
      """
      hearth simulate [--seeds N] [--seed S] [--room-version V[,V...]] [--jobs J] [--trace]
        Runs N simulations (100 if not given) of several servers with a bad network, crashes and
        sometimes a hostile server, from seed S on (1 if not given), J at a time (2), with rooms
        of the given versions (all), and says what went wrong. --trace tells what happened; it is
        for one seed. The exit code is 0 if every seed is good.
      """;
  private static final long PROGRESS_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private long seeds = 100;
  private long seed = 1;
  private int jobs = 2;
  private boolean trace;
  private List<RoomVersion> versions = List.of(RoomVersion.values());

  private Main(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    System.exit(new Main(System.out).run(arguments));
  }

  private int run(String[] arguments) {
    try {
      if (!read(new ArrayList<>(Arrays.asList(arguments)))) {
        out.print(USAGE);
        return 0;
      }
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      out.println("hearth simulate: " + e.getMessage());
      out.print(USAGE);
      return 2;
    }
    return trace ? traced() : many();
  }

  private boolean read(List<String> rest) {
    while (!rest.isEmpty()) {
      var option = rest.removeFirst();
      switch (option) {
        case "--help", "-h", "help" -> {
          return false;
        }
        case "--seeds" -> seeds = Long.parseLong(rest.removeFirst());
        case "--seed" -> seed = Long.parseLong(rest.removeFirst());
        case "--jobs" -> jobs = Integer.parseInt(rest.removeFirst());
        case "--trace" -> trace = true;
        case "--room-version" ->
            versions =
                Arrays.stream(rest.removeFirst().split(",")).map(RoomVersion::parse).toList();
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return true;
  }

  private int traced() {
    var result = Simulation.run(seed, versions, Mutation.NONE, true);
    result.lines().forEach(out::println);
    out.println("trace " + Long.toHexString(result.trace()));
    if (!result.isGood()) out.println(Campaign.describe(result));
    return result.isGood() ? 0 : 1;
  }

  private int many() {
    var campaign = new Campaign(versions, seed, seeds);
    long begun = System.nanoTime();
    long[] told = {begun};
    campaign.run(
        jobs,
        result -> {
          if (!result.isGood()) out.println(Campaign.describe(result));
          long now = System.nanoTime();
          if (now - told[0] < PROGRESS_NANOS) return;
          told[0] = now;
          out.printf(
              Locale.ROOT,
              "%d of %d seeds, %d failed, %.1f a second%n",
              campaign.finished(),
              seeds,
              campaign.failures().size(),
              campaign.finished() * 1e9 / (now - begun));
        });
    summary(campaign, (System.nanoTime() - begun) / 1e9);
    return campaign.failures().isEmpty() ? 0 : 1;
  }

  private void summary(Campaign campaign, double seconds) {
    out.println();
    campaign
        .counts()
        .all()
        .forEach((what, count) -> out.printf(Locale.ROOT, "%14d  %s%n", count, what));
    out.printf(
        Locale.ROOT,
        "%n%d seeds from %d on in %.1f s (%.0f ms of CPU each, %d at a time): %d failed%n",
        campaign.finished(),
        seed,
        seconds,
        campaign.cpuSeconds() * 1000 / Math.max(1, campaign.finished()),
        jobs,
        campaign.failures().size());
    var failed = campaign.failures().stream().map(Simulation.Result::seed).sorted().toList();
    if (!failed.isEmpty()) out.println("failed seeds: " + failed);
  }
}
