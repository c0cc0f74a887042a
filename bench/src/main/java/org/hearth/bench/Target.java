package org.hearth.bench;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A homeserver that is measured, with the accounts and rooms that were made on it.
final class Target {
  private final Homeserver server;
  private final List<Client> accounts;
  private final Map<Scenario, Scenario.Cast> casts = new EnumMap<>(Scenario.class);

  private Target(Homeserver server, List<Client> accounts) {
    this.server = server;
    this.accounts = accounts;
  }

  static Target with(Homeserver server, Accounts accounts, Plan plan)
      throws IOException, InterruptedException {
    return new Target(server, accounts.get(server, plan.accounts()));
  }

  /// Makes the rooms of a scenario beforehand, where they can be used again.
  void prepare(Scenario scenario, Plan plan) throws IOException, InterruptedException {
    if (scenario.repeatable() && !casts.containsKey(scenario))
      casts.put(scenario, scenario.cast(plan, accounts));
  }

  Result measure(Scenario scenario, Plan plan) throws IOException, InterruptedException {
    prepare(scenario, plan);
    Scenario.Cast prepared = casts.get(scenario);
    return new Measurement(
            scenario, plan, prepared == null ? scenario.cast(plan, accounts) : prepared, server)
        .run();
  }
}
