package org.hearth.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `./hearth bench compare`: several homeservers in one run. In each round each scenario is
/// measured on each server right after the other, and the order turns around from round to round,
/// so that what else happens on the machine meets all of them. What counts are medians over the
/// rounds.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures homeservers side by side in one run; prints medians and writes a chart.",
      "Options that belong to a server are given as often as there are servers, in their order."
    },
    footer = {
      "",
      "For example: bench compare http://127.0.0.1:8008 http://127.0.0.1:8009 \\",
      "  --label Hearth --durability \"PostgreSQL, fsync on\" --shared-secret one \\",
      "  --label Synapse --durability \"PostgreSQL, fsync on\" --shared-secret two"
    })
final class Compare implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Work work = new Work();

  @Parameters(arity = "1..*", paramLabel = "URL", description = "Client APIs of the homeservers")
  private List<URI> urls = new ArrayList<>();

  @Option(names = "--label", description = "Name of a server (default: its URL)")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--durability",
      description = "What a server's 200 promises, for the table, such as \"fsync on\"")
  private List<String> durabilities = new ArrayList<>();

  @Option(
      names = "--shared-secret",
      description = "Make accounts by it; \"\" or none for open registration")
  private List<String> secrets = new ArrayList<>();

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often everything is measured (default: ${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--output",
      defaultValue = "bench-compare",
      description = "Where to write OUTPUT.svg and OUTPUT.json (default: ${DEFAULT-VALUE})")
  private Path output = Path.of("bench-compare");

  @Option(
      names = "--authority",
      description = "PEM file of the authority that the servers' certificates are from")
  private @Nullable Path authority;

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) throw new IllegalStateException("picocli sets it before the call");
    CommandLine line = spec.commandLine();
    if (rounds < 1 || rounds > 50) throw new ParameterException(line, "rounds are 1 to 50");
    perServer(line, "--label", labels);
    perServer(line, "--durability", durabilities);
    perServer(line, "--shared-secret", secrets);
    Plan plan = work.plan(line, 0);
    List<Scenario> scenarios = work.scenarios(line, Work.ALL);
    var servers = new ArrayList<Homeserver>();
    try {
      for (URI url : urls) servers.add(new Homeserver(url, authority));
      Comparison comparison = measure(plan, scenarios, servers, line.getErr());
      Path json = Path.of(output + ".json");
      Path chart = Path.of(output + ".svg");
      Files.writeString(json, Main.toJson(comparison));
      Files.writeString(chart, Chart.of(comparison));
      line.getOut().print("\n" + ComparisonTable.of(comparison));
      line.getOut().println("\nchart: " + chart + ", all numbers: " + json);
      line.getOut().flush();
      return 0;
    } catch (IOException failed) {
      line.getErr().println("bench: " + failed.getMessage());
      return 1;
    } finally {
      servers.forEach(Homeserver::close);
    }
  }

  private void perServer(CommandLine line, String option, List<String> values) {
    if (!values.isEmpty() && values.size() != urls.size())
      throw new ParameterException(
          line, option + " is given " + values.size() + " times for " + urls.size() + " servers");
  }

  private Comparison measure(
      Plan plan, List<Scenario> scenarios, List<Homeserver> servers, PrintWriter progress)
      throws IOException, InterruptedException {
    var targets = new ArrayList<Target>();
    var measured = new ArrayList<Comparison.Server>();
    for (int i = 0; i < servers.size(); i++) {
      String label = labels.isEmpty() ? urls.get(i).toString() : labels.get(i);
      Main.say(progress, "making accounts and rooms on " + label);
      Target target = Target.with(servers.get(i), accounts(i), plan);
      for (Scenario scenario : scenarios) target.prepare(scenario, plan);
      targets.add(target);
      measured.add(
          new Comparison.Server(
              label,
              urls.get(i).toString(),
              durabilities.isEmpty() ? "not stated" : durabilities.get(i),
              new ArrayList<>()));
    }
    for (int round = 0; round < rounds; round++)
      for (Scenario scenario : scenarios)
        for (int turn = 0; turn < targets.size(); turn++) {
          int i = round % 2 == 0 ? turn : targets.size() - 1 - turn;
          Main.say(
              progress,
              "round %d of %d, %s, %s"
                  .formatted(round + 1, rounds, scenario.label, measured.get(i).label()));
          measured.get(i).results().add(targets.get(i).measure(scenario, plan.inRound(round)));
        }
    return new Comparison(
        Comparison.Machine.here(),
        plan.clients(),
        plan.rooms(),
        rounds,
        plan.measured().toSeconds(),
        scenarios.stream().map(scenario -> scenario.label).toList(),
        measured);
  }

  private Accounts accounts(int server) {
    return secrets.isEmpty() || secrets.get(server).isEmpty()
        ? new Accounts.Open()
        : new Accounts.SharedSecret(secrets.get(server));
  }
}
