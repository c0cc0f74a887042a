package org.hearth.simulator;

import java.util.List;
import org.hearth.schemas.room.RoomVersion;

/// What kind of run a seed makes.
///
/// @param servers how many, 3 to 7
/// @param hostile whether the last of them breaks the rules
/// @param realSignatures whether signatures are Ed25519; else a cheaper scheme
/// @param pausePercent how many of the reads let others go on first
/// @param actions of each user
/// @param versions of rooms, to choose from
record Settings(
    long seed,
    int servers,
    int usersPerServer,
    boolean hostile,
    boolean realSignatures,
    int pausePercent,
    int actions,
    List<RoomVersion> versions) {

  static Settings of(long seed, List<RoomVersion> versions) {
    var chance = new Chance(seed ^ 0x48656172746853L);
    int servers = List.of(3, 3, 3, 4, 4, 4, 5, 5, 6, 7).get(chance.below(10));
    return new Settings(
        seed,
        servers,
        chance.between(1, servers > 4 ? 1 : 2),
        chance.percent(40),
        chance.percent(5),
        List.of(0, 5, 30).get(chance.below(3)),
        chance.between(5, 60 / servers),
        versions);
  }

  int honestServers() {
    return hostile ? servers - 1 : servers;
  }
}
