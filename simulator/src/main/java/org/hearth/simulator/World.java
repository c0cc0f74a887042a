package org.hearth.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Everything of one run.
final class World {
  /// More than these tell nothing new.
  private static final int MOST_VIOLATIONS = 20;

  final Settings settings;
  final Mutation mutation;
  final Trace trace;
  final Counts counts = new Counts();
  final SeededScheduler scheduler;
  final Network network;
  final List<SimulatedServer> servers = new ArrayList<>();
  final List<Person> people = new ArrayList<>();

  /// In the order in which they were made; upgrades add more.
  final List<RoomId> rooms = new ArrayList<>();

  /// What servers promised to keep.
  final List<Promise> promises = new ArrayList<>();

  final Crafted crafted = new Crafted();
  final List<String> violations = new ArrayList<>();
  private final TreeMap<ServerName, SimulatedServer> byName = new TreeMap<>();
  private final TreeMap<ServerName, VerifyKey> keys = new TreeMap<>();

  /// An event that a user was told is sent.
  record Promise(SimulatedServer server, RoomId room, EventId event, UserId user, String what) {}

  World(Settings settings, Mutation mutation, boolean tell) {
    this.settings = settings;
    this.mutation = mutation;
    this.trace = new Trace(tell);
    var chance = new Chance(settings.seed());
    scheduler =
        new SeededScheduler(
            chance.split(), trace, failure -> broken("an activity of the simulation", failure));
    network = new Network(this, chance.split());
    for (int i = 0; i < settings.servers(); i++) add(i, chance);
  }

  private void add(int number, Chance chance) {
    var name = new ServerName("s" + number + ".example");
    byte[] seed = new byte[32];
    chance.secure().nextBytes(seed);
    var key =
        settings.realSignatures()
            ? new SigningKey("ed25519:1", seed)
            : new CheapKeys("ed25519:1", seed);
    var users = new ArrayList<UserId>();
    for (int i = 0; i < settings.usersPerServer(); i++)
      users.add(UserId.of("u" + number + (char) ('a' + i), name));
    boolean hostile = settings.hostile() && number == settings.servers() - 1;
    var server = new SimulatedServer(this, name, key, users, hostile, chance.split());
    servers.add(server);
    byName.put(name, server);
    keys.put(name, mutation.key(key.verifyKey()));
    for (var user : users) people.add(new Person(this, server, user, chance.split()));
  }

  @Nullable SimulatedServer server(ServerName name) {
    return byName.get(name);
  }

  List<SimulatedServer> honest() {
    return servers.stream().filter(server -> !server.hostile).toList();
  }

  Optional<VerifyKey> key(ServerName server, String keyId, long timestamp, boolean strict) {
    return Optional.ofNullable(keys.get(server)).filter(key -> key.id().equals(keyId));
  }

  /// Events that a hostile server made up; nothing for honest ones.
  Crafted crafted(ServerName server) {
    var asked = byName.get(server);
    return asked != null && asked.hostile ? crafted : Crafted.NOTHING;
  }

  void violated(String invariant, String how) {
    if (violations.size() < MOST_VIOLATIONS) violations.add(invariant + ": " + how);
  }

  /// An exception that nobody should have thrown.
  void broken(String where, Throwable failure) {
    var place = new StringBuilder();
    for (var at = failure; at != null; at = at.getCause()) {
      place.append(at);
      var frames = at.getStackTrace();
      for (int i = 0; i < Math.min(8, frames.length); i++)
        place.append("\n      ").append(frames[i]);
      if (at.getCause() != null) place.append("\n    because of ");
    }
    violated("no exception escapes", where + " threw " + place);
  }
}
