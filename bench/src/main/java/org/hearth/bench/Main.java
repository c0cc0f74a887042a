package org.hearth.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
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
import picocli.CommandLine.Spec;

/// `./hearth bench`: measures any homeserver by its public client API.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = Compare.class,
    description = {
      "Measures any homeserver by its public client API.",
      "Makes accounts and rooms on it: use a server of its own for that."
    },
    footer = {
      "",
      "Latency is from the first byte of a request to the end of its answer 200; with --rate it begins when",
      "the request was due. \"seen\" is from the first byte of a send to a reader's /sync that has the event.",
      "Turn the server's rate limits off, or they are what you measure."
    })
public final class Main implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private final Work work = new Work();

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8008",
      description = "Client API of the homeserver (default: ${DEFAULT-VALUE})")
  private URI url = URI.create("http://127.0.0.1:8008");

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Events per second that are due whether or not the server keeps up")
  private int rate;

  @Option(
      names = "--shared-secret",
      description = "Make accounts by /_synapse/admin/v1/register; otherwise by open registration")
  private @Nullable String sharedSecret;

  @Option(
      names = "--token",
      split = ",",
      description = "Use these accounts (access tokens); as many as clients and rooms together")
  private List<String> tokens = new ArrayList<>();

  @Option(
      names = "--authority",
      description = "PEM file of the authority that the server's certificate is from")
  private @Nullable Path authority;

  @Option(names = "--json", description = "Print the results as JSON instead of a table")
  private boolean json;

  /// Runs the command and ends the process: 0, 1 if a measurement failed, 2 for a wrong command
  /// line.
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null) throw new IllegalStateException("picocli sets it before the call");
    CommandLine line = spec.commandLine();
    if (rate < 0) throw new ParameterException(line, "--rate is not negative");
    Plan plan = work.plan(line, rate);
    List<Scenario> scenarios = work.scenarios(line, Work.SENDING);
    try (var server = new Homeserver(url, authority)) {
      List<Result> results = measure(plan, scenarios, server, line.getErr());
      line.getOut().print(json ? toJson(results) : "\n" + Table.of(results));
      line.getOut().flush();
      return 0;
    } catch (IOException failed) {
      line.getErr().println("bench: " + failed.getMessage());
      return 1;
    }
  }

  private List<Result> measure(
      Plan plan, List<Scenario> scenarios, Homeserver server, PrintWriter progress)
      throws IOException, InterruptedException {
    say(progress, "making %d accounts on %s".formatted(plan.accounts(), url));
    Target target = Target.with(server, accounts(), plan);
    var results = new ArrayList<Result>();
    for (Scenario scenario : scenarios) {
      say(progress, scenario.label + ": " + scenario.description);
      results.add(target.measure(scenario, plan));
    }
    return results;
  }

  private Accounts accounts() {
    if (!tokens.isEmpty()) return new Accounts.Existing(tokens);
    return sharedSecret == null ? new Accounts.Open() : new Accounts.SharedSecret(sharedSecret);
  }

  static void say(PrintWriter progress, String text) {
    progress.println(text);
    progress.flush();
  }

  static String toJson(Object value) throws IOException {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value)
        + "\n";
  }
}
