package org.hearth.simulator;

import java.util.ArrayList;
import org.hearth.schemas.id.ServerName;

/// Bad weather, while users act: partitions, storms, crashes, full disks.
final class Chaos {
  private final World world;
  private final Chance chance;

  Chaos(World world, Chance chance) {
    this.world = world;
    this.chance = chance;
  }

  /// Until all users have done what they wanted.
  void reign() {
    while (!world.people.stream().allMatch(Person::isDone)) {
      world.scheduler.sleep(chance.between(500, 6_000));
      switch (chance.weighted(30, 25, 20, 10, 15)) {
        case 0 -> partition();
        case 1 -> storm();
        case 2 -> crash();
        case 3 -> fullDisk();
        default -> world.network.weather(0, 0, 5);
      }
    }
  }

  private void partition() {
    if (chance.percent(40)) {
      world.network.heal();
      return;
    }
    var apart = new ArrayList<ServerName>();
    for (var server : world.servers) if (chance.percent(40)) apart.add(server.name);
    world.network.partition(apart);
    if (chance.percent(60)) {
      world.scheduler.sleep(chance.between(1_000, 15_000));
      world.network.heal();
    }
  }

  private void storm() {
    world.counts.add("storms");
    world.network.weather(chance.between(0, 40), chance.between(0, 25), chance.between(50, 8_000));
  }

  private void crash() {
    var server = chance.pick(world.servers);
    server.crash();
    long down = chance.percent(50) ? chance.between(10, 500) : chance.between(500, 15_000);
    world.scheduler.at(world.scheduler.millis() + down, server::start);
  }

  private void fullDisk() {
    var server = chance.pick(world.servers);
    server.breakDisk(true);
    world.scheduler.at(
        world.scheduler.millis() + chance.between(50, 3_000), () -> server.breakDisk(false));
  }
}
