package org.hearth.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `./hearth bench`: measures any homeserver by its public client API.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures any homeserver by its public client API.",
      "Makes accounts and rooms on it: use a server of its own for that."
    },
    footer = {
      "",
      "Latency is from the first byte of a send to the end of its answer 200; \"seen\" is from there to a",
      "reader's /sync that has the event. Turn the server's rate limits off, or they are what you measure."
    })
public final class Main implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:8008",
      description = "Client API of the homeserver (default: ${DEFAULT-VALUE})")
  private URI url = URI.create("http://127.0.0.1:8008");

  @Option(
      names = "--clients",
      defaultValue = "32",
      description = "Senders (default: ${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--rooms",
      defaultValue = "8",
      description = "Rooms of many-rooms and readers (default: ${DEFAULT-VALUE})")
  private int rooms;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "How long each scenario is measured (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "3",
      description = "Seconds of sending before that (default: ${DEFAULT-VALUE})")
  private int warmUp;

  @Option(
      names = "--scenario",
      split = ",",
      description = "Only these: sequential, one-room, many-rooms, readers")
  private List<String> chosen = new ArrayList<>();

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
    CommandLine line = commandLine();
    List<Scenario> scenarios = scenarios(line);
    if (clients < 1 || rooms < 1 || seconds < 1 || warmUp < 0)
      throw new ParameterException(line, "clients, rooms and seconds are at least 1");
    var plan = new Plan(clients, rooms, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
    // Readers wait on connections of their own.
    try (var server = new Homeserver(url, clients + rooms + 8, authority)) {
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
    int readers = scenarios.contains(Scenario.READERS) ? Math.min(plan.rooms(), plan.clients()) : 0;
    say(progress, "making %d accounts on %s".formatted(plan.clients() + readers, url));
    List<Client> accounts = accounts().get(server, plan.clients() + readers);
    var results = new ArrayList<Result>();
    for (Scenario scenario : scenarios) {
      say(progress, scenario.label + ": " + scenario.description);
      Scenario.Cast cast = scenario.cast(plan, accounts);
      results.add(new Measurement(scenario, plan, cast, server).run());
    }
    return results;
  }

  private Accounts accounts() {
    if (!tokens.isEmpty()) return new Accounts.Existing(tokens);
    return sharedSecret == null ? new Accounts.Open() : new Accounts.SharedSecret(sharedSecret);
  }

  private List<Scenario> scenarios(CommandLine line) {
    if (chosen.isEmpty()) return List.of(Scenario.values());
    var scenarios = new ArrayList<Scenario>();
    for (String name : chosen)
      scenarios.add(
          Arrays.stream(Scenario.values())
              .filter(scenario -> scenario.label.equals(name))
              .findFirst()
              .orElseThrow(() -> new ParameterException(line, "there is no scenario " + name)));
    return scenarios;
  }

  private CommandLine commandLine() {
    if (spec == null) throw new IllegalStateException("picocli sets it before the call");
    return spec.commandLine();
  }

  private static void say(PrintWriter progress, String text) {
    progress.println(text);
    progress.flush();
  }

  private static String toJson(List<Result> results) throws IOException {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(results)
        + "\n";
  }
}
