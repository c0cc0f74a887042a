package org.hearth.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hearth.schemas.room.RoomVersion;

/// One run, from the seed to the verdict.
///
/// Servers start, users make rooms and join them on a quiet network; then users, a bad network,
/// crashes and maybe a hostile server go on at the same time; then everything is healed, and the
/// [Invariants] are asked.
final class Simulation {
  private final World world;

  private Simulation(World world) {
    this.world = world;
  }

  /// @param violations in words; empty if all is well
  /// @param explanation what the events are that the violations name
  /// @param trace the same for two runs only if they went the same way
  record Result(
      long seed,
      List<RoomVersion> versions,
      List<String> violations,
      long trace,
      Map<String, Long> counts,
      List<String> explanation,
      List<String> lines) {
    boolean isGood() {
      return violations.isEmpty();
    }
  }

  static Result run(long seed, List<RoomVersion> versions) {
    return run(seed, versions, Mutation.NONE, false);
  }

  /// @param tell whether the result's lines say what happened
  static Result run(long seed, List<RoomVersion> versions, Mutation mutation, boolean tell) {
    var world = new World(Settings.of(seed, versions), mutation, tell);
    var simulation = new Simulation(world);
    world.scheduler.start(simulation::direct);
    if (!world.scheduler.run())
      world.violated("everything comes to rest", "the run took too many steps");
    else if (world.scheduler.running() > 0)
      world.violated(
          "everything comes to rest",
          world.scheduler.running() + " activities wait for what never comes");
    world.counts.add("steps of the scheduler", world.scheduler.steps());
    var lines = new ArrayList<>(world.trace.lines());
    if (tell) lines.addAll(Explanation.table(world));
    return new Result(
        seed,
        versions,
        List.copyOf(world.violations),
        world.trace.hash(),
        world.counts.all(),
        world.violations.isEmpty() ? List.of() : new Explanation(world).lines(),
        lines);
  }

  private void direct() {
    try {
      var chance = new Chance(world.settings.seed() + 1);
      world.servers.forEach(SimulatedServer::start);
      settleIn(chance);
      for (var person : world.people) world.scheduler.start(person::live);
      for (var server : world.servers)
        if (server.hostile)
          world.scheduler.start(new Attacker(world, server, chance.split())::attack);
      new Chaos(world, chance.split()).reign();
      var healing = new Healing(world);
      if (healing.heal()) new Invariants(world).check(healing);
    } catch (RuntimeException e) {
      world.broken("the simulation", e);
    } finally {
      world.servers.forEach(SimulatedServer::crash);
    }
  }

  private void settleIn(Chance chance) {
    int rooms = chance.percent(40) ? 2 : 1;
    for (int i = 0; i < rooms; i++) {
      var creator = chance.pick(world.people.stream().filter(p -> !p.home().hostile).toList());
      var room = creator.createRoom(chance.pick(world.settings.versions()));
      world.rooms.add(room);
      for (var person : world.people) if (chance.percent(i == 0 ? 80 : 40)) joinBy(creator, person);
    }
    world.scheduler.sleep(3_000);
  }

  private void joinBy(Person creator, Person person) {
    if (person != creator) person.enter(world.rooms.getLast(), List.of(creator.home().name));
  }
}
