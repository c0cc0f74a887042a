package org.hearth.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.engine.room.RoomEvent;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.room.StateResolutionVersion;
import org.jspecify.annotations.Nullable;

/// What must hold once everything is healed. Asked of what the servers stored, and judged by the
/// edges and the JSON of the events rather than by the engine's own conclusions, where that is
/// possible.
final class Invariants {
  private final World world;

  Invariants(World world) {
    this.world = world;
  }

  void check(Healing healing) {
    for (var room : world.rooms) {
      var residents = healing.residents(room);
      world.counts.add(
          "servers cast out unknowingly", healing.inside(room).size() - residents.size());
      var dags = new LinkedHashMap<SimulatedServer, Dag>();
      var edges = new Dag.Edges();
      for (var server : world.honest()) {
        var events = server.disk.rooms().events(room);
        edges.add(events);
        dags.put(server, new Dag(events, edges));
      }
      count(dags);
      standings(room, dags);
      forgeries(room, dags);
      var last = healing.lastWords().get(room);
      if (last != null) {
        histories(room, last, residents, dags);
        new StateAgreement(world, healing, room, last, residents).check();
        for (var server : residents) {
          powers(room, server, dag(dags, server), last);
          bans(room, healing, server, dag(dags, server));
        }
        redactions(room, residents, dags);
      }
      promises(room, last, residents, dags);
      onceOnly(room, dags);
    }
    restarts(healing);
  }

  private static Dag dag(Map<SimulatedServer, Dag> dags, SimulatedServer server) {
    return Objects.requireNonNull(dags.get(server));
  }

  private void count(Map<SimulatedServer, Dag> dags) {
    for (var dag : dags.values())
      for (var event : dag.all()) {
        world.counts.add("events stored as " + event.standing().name().toLowerCase());
        if (event.redactedBy() != 0) world.counts.add("events redacted");
      }
  }

  /// "Rejected" says something of the event; it cannot be so here and not there. (Soft failure says
  /// something of the moment, and may.)
  private void standings(RoomId room, Map<SimulatedServer, Dag> dags) {
    var accepted = new HashMap<EventId, SimulatedServer>();
    dags.forEach(
        (server, dag) ->
            dag.all().stream()
                .filter(Dag::isPlaced)
                .filter(event -> event.standing() != Standing.REJECTED)
                .forEach(event -> accepted.putIfAbsent(event.event().eventId(), server)));
    dags.forEach(
        (server, dag) ->
            dag.all().stream()
                .filter(event -> event.standing() == Standing.REJECTED)
                .filter(event -> !isRedactedRedaction(event))
                .filter(event -> accepted.containsKey(event.event().eventId()))
                .forEach(
                    event ->
                        world.violated(
                            "no event is rejected here and accepted there",
                            event.event()
                                + " of "
                                + room
                                + ": rejected by "
                                + server
                                + ", accepted by "
                                + accepted.get(event.event().eventId()))));
  }

  /// In the first room versions what it redacts may be all that authorises it, and that is gone.
  private static boolean isRedactedRedaction(RoomEvent event) {
    return event.event().type().equals(EventType.REDACTION) && event.event().redacts().isEmpty();
  }

  private void forgeries(RoomId room, Map<SimulatedServer, Dag> dags) {
    dags.forEach(
        (server, dag) -> {
          for (var id : world.crafted.forged())
            if (dag.get(id) != null)
              world.violated("nothing forged is taken", id + " in " + room + " at " + server);
        });
  }

  /// All have the same events before the last word.
  private void histories(
      RoomId room, EventId last, List<SimulatedServer> residents, Map<SimulatedServer, Dag> dags) {
    // What only a server knows that has left, nobody can ask for any more.
    var edges = new Dag.Edges();
    for (var server : residents) edges.add(dag(dags, server).all());
    var all = edges.history(last);
    for (var id : all) {
      var there = somebody(residents, dags, id);
      if (there == null || there.standing() == Standing.REJECTED) continue;
      for (var server : residents)
        if (!Dag.isPlaced(dag(dags, server).get(id)))
          world.violated(
              "all honest servers accept the same events",
              server + " does not have " + there.event() + " of " + room);
    }
    world.counts.add("events agreed upon", all.size());
  }

  private static @Nullable RoomEvent somebody(
      List<SimulatedServer> residents, Map<SimulatedServer, Dag> dags, EventId id) {
    for (var server : residents) {
      var found = dag(dags, server).get(id);
      if (Dag.isPlaced(found)) return found;
    }
    return null;
  }

  static Map<StateKey, EventId> state(SimulatedServer server, RoomId room) {
    return new TreeMap<>(
        server
            .running()
            .engine
            .rooms()
            .stateAt(room, Long.MAX_VALUE)
            .map(state -> state.all())
            .orElse(Map.of()));
  }

  private void powers(RoomId room, SimulatedServer server, Dag dag, EventId last) {
    var oracle = new PowerOracle(dag::event);
    for (var id : dag.history(last)) {
      var event = dag.get(id);
      if (event == null || event.standing() == Standing.REJECTED) continue;
      var wrong = oracle.wrong(event.event());
      if (wrong != null)
        world.violated(
            "nobody exceeds a power they have",
            event.event() + " of " + room + " at " + server + ": " + wrong);
    }
  }

  /// Whoever is banned has no event in the state that came after the ban; nor, where bans win
  /// conflicts, one that came beside it.
  private void bans(RoomId room, Healing healing, SimulatedServer server, Dag dag) {
    var view = Objects.requireNonNull(healing.view(server, room));
    boolean strict = view.rules().stateResolution() != StateResolutionVersion.V1;
    var order = new BanOrder(dag);
    var state = state(server, room).values();
    for (var ban : view.stateOfType(EventType.MEMBER)) {
      if (ban.membership().filter("ban"::equals).isEmpty()) continue;
      world.counts.add("bans that hold at the end");
      for (var id : state) {
        Event event = dag.event(id);
        if (event == null || event.eventId().equals(ban.eventId())) continue;
        if (!event.sender().value().equals(ban.stateKey().orElse(""))) continue;
        if (order.isAfter(event, ban) || strict && order.loses(event, ban))
          world.violated(
              "no banned user's later event is in the state",
              event + " of " + room + " at " + server + ", banned by " + ban.eventId());
      }
    }
  }

  /// A redaction that two servers accepted took the same away at both.
  private void redactions(
      RoomId room, List<SimulatedServer> residents, Map<SimulatedServer, Dag> dags) {
    for (var server : residents)
      for (var target : dag(dags, server).all()) {
        if (target.redactedBy() == 0) continue;
        var by =
            dag(dags, server).all().stream()
                .filter(event -> event.ordinal() == target.redactedBy())
                .findFirst();
        if (by.isEmpty()) continue;
        for (var other : residents) {
          var there = dag(dags, other).get(by.get().event().eventId());
          var kept = dag(dags, other).get(target.event().eventId());
          if (there == null || kept == null || !Dag.isPlaced(kept)) continue;
          // What came redacted itself does not tell any more what it redacts.
          if (isRedactedRedaction(there) || isRedactedRedaction(kept)) continue;
          if (there.standing() == Standing.ACCEPTED && kept.redactedBy() == 0)
            world.violated(
                "what was redacted is redacted everywhere",
                target.event() + " of " + room + " is whole at " + other);
        }
      }
  }

  private void promises(
      RoomId room,
      @Nullable EventId last,
      List<SimulatedServer> residents,
      Map<SimulatedServer, Dag> dags) {
    for (var promise : world.promises) {
      if (!promise.room().equals(room) || promise.server().hostile) continue;
      world.counts.add("promises checked");
      var dag = dag(dags, promise.server());
      var kept = dag.get(promise.event());
      if (kept == null || kept.standing() != Standing.ACCEPTED || kept.position() == 0) {
        world.violated(
            "nothing acknowledged is lost",
            promise.what()
                + " "
                + promise.event()
                + " of "
                + promise.user()
                + (kept == null ? " is gone at " : " is " + kept.standing() + " at ")
                + promise.server());
        continue;
      }
      if (last == null || !residents.contains(promise.server())) continue;
      // By whatever ends it has: what others soft-failed stays an end of a server that may not
      // speak.
      boolean leads =
          heads(promise.server(), room).stream()
              .anyMatch(head -> dag.history(head).contains(promise.event()));
      if (!leads) {
        // Said while the server was not in the room any more, and did not know it.
        if (hasLeft(promise.server(), dag)) {
          world.counts.add("promises on a branch that was left behind");
          continue;
        }
        world.violated(
            "nothing acknowledged is lost",
            promise.what() + " " + promise.event() + " leads to no end at " + promise.server());
      }
    }
  }

  /// Whether the server was ever out of the room since it first joined.
  private static boolean hasLeft(SimulatedServer server, Dag dag) {
    return dag.all().stream()
        .map(event -> event.event())
        .filter(event -> event.type().equals(EventType.MEMBER))
        .filter(
            event ->
                event.membership().filter(m -> m.equals("leave") || m.equals("ban")).isPresent())
        .anyMatch(
            event ->
                server.users.stream()
                    .anyMatch(user -> user.value().equals(event.stateKey().orElse(""))));
  }

  /// One transaction id is one event.
  private void onceOnly(RoomId room, Map<SimulatedServer, Dag> dags) {
    var byTag = new HashMap<String, Set<EventId>>();
    for (var dag : dags.values())
      for (var event : dag.all()) {
        var body = event.event().content().path("body").asText("");
        if (!event.event().type().equals(EventType.MESSAGE)
            || body.isEmpty()
            || body.startsWith("evil")
            || body.equals("last words")) continue;
        byTag.computeIfAbsent(body, _ -> new TreeSet<>()).add(event.event().eventId());
      }
    byTag.forEach(
        (tag, ids) -> {
          if (ids.size() > 1)
            world.violated("a transaction id is one event", tag + " of " + room + " is " + ids);
        });
  }

  /// What a server says after a restart is what it said before.
  private void restarts(Healing healing) {
    record Seen(Map<StateKey, EventId> state, List<EventId> heads) {}
    for (var server : world.honest()) {
      var before = new ArrayList<Seen>();
      for (var room : world.rooms) before.add(new Seen(state(server, room), heads(server, room)));
      server.crash();
      server.start();
      for (int i = 0; i < world.rooms.size(); i++) {
        var room = world.rooms.get(i);
        var after = new Seen(state(server, room), heads(server, room));
        if (!before.get(i).equals(after))
          world.violated(
              "a restart changes nothing",
              room + " at " + server + ": " + before.get(i) + " became " + after);
      }
    }
    healing.settle();
  }

  private static List<EventId> heads(SimulatedServer server, RoomId room) {
    return server
        .running()
        .engine
        .rooms()
        .view(room)
        .map(view -> view.heads().stream().sorted().toList())
        .orElse(List.of());
  }
}
