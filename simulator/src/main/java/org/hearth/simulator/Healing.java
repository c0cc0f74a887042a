package org.hearth.simulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.engine.auth.PowerLevels;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Timeline;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// The end of a run: the network is whole, all servers are up, nobody acts. What was sent arrives;
/// whose join was answered into the void joins again; histories are read to their beginnings; and
/// in each room somebody says a last word that ties all ends together.
final class Healing {
  private static final long QUIET_MS = 25_000;
  private static final long LONGEST_MS = 3_600_000;
  private static final int ROUNDS = 20;
  private static final int MOST_EVENTS = 50;

  private final World world;

  /// By room: the event after which everybody must agree. Rooms where nobody may speak have none.
  private final Map<RoomId, EventId> lastWords = new LinkedHashMap<>();

  Healing(World world) {
    this.world = world;
  }

  Map<RoomId, EventId> lastWords() {
    return lastWords;
  }

  /// False if it does not become quiet.
  boolean heal() {
    world.network.heal();
    world.network.weather(0, 0, 5);
    for (var server : world.servers) {
      server.breakDisk(false);
      server.start();
    }
    if (!settle()) return false;
    tellCrafted();
    if (!settle()) return false;
    for (int i = 0; i < 3 && rejoin(); i++) if (!settle()) return false;
    for (var room : world.rooms) if (!tie(room)) return false;
    readHistories();
    return settle();
  }

  /// What the hostile server told one it tells all now. Without that a server that may not speak in
  /// a room could not pass on what it alone was told.
  private void tellCrafted() {
    for (var hostile : world.servers) {
      if (!hostile.hostile) continue;
      var from = hostile.running();
      for (var room : world.rooms) {
        var told = world.crafted.told(room);
        for (int at = 0; at < told.size(); at += MOST_EVENTS) {
          var some = told.subList(at, Math.min(at + MOST_EVENTS, told.size()));
          var id = "told" + room + at;
          for (var server : world.honest()) world.network.transaction(from, server.name, id, some);
        }
      }
    }
  }

  /// Waits until nobody has anything to send or to work in.
  boolean settle() {
    long end = world.scheduler.millis() + LONGEST_MS;
    long quietSince = world.scheduler.millis();
    for (var server : world.servers) server.start();
    for (var server : world.servers) server.running().hurry();
    while (world.scheduler.millis() - quietSince < QUIET_MS) {
      world.scheduler.sleep(1_000);
      for (var server : world.servers) server.start();
      if (!world.servers.stream().allMatch(this::isQuiet)) quietSince = world.scheduler.millis();
      if (world.scheduler.millis() > end) {
        world.violated("everything comes to rest", "after an hour there is still work: " + work());
        return false;
      }
    }
    return true;
  }

  private boolean isQuiet(SimulatedServer server) {
    return server.running().isQuiet() && stuck(server).isEmpty();
  }

  /// Staged events that an honest server made: everything that they need is to be had by those who
  /// are in the room, also by what the others know. (Who is not is told of its ban, and nothing
  /// else.)
  private List<EventId> stuck(SimulatedServer server) {
    if (server.hostile) return List.of();
    var staging = server.disk.rooms().stores().staging();
    var stuck = new ArrayList<EventId>();
    for (var room : staging.rooms(100)) {
      var view = server.running().engine.rooms().view(room);
      // Nobody here is in the room any more: nobody works it in.
      if (view.filter(RoomView::resident).isEmpty()) continue;
      var ids =
          staging.staged(room, 0, 1_000).stream()
              .map(event -> event.eventId())
              .filter(id -> !hopeless(id))
              .toList();
      if (!ids.isEmpty() && residents(room).contains(server)) stuck.addAll(ids);
    }
    return stuck;
  }

  private boolean hopeless(EventId id) {
    return world.crafted.knows(id);
  }

  private String work() {
    var work = new StringBuilder();
    for (var server : world.servers) {
      var stuck = stuck(server);
      if (!stuck.isEmpty()) work.append(server).append(" has staged ").append(stuck).append("; ");
      if (!server.running().isQuiet()) work.append(server).append(" sends or writes; ");
    }
    return work.toString();
  }

  /// Whether somebody had to join again: others see them in the room, their server does not.
  private boolean rejoin() {
    boolean any = false;
    for (var room : world.rooms)
      for (var server : world.honest()) {
        if (view(server, room) != null) continue;
        for (var person : world.people)
          if (person.home() == server && seenJoined(room, person)) {
            world.counts.add("joins whose answer was lost");
            person.enter(room, names(residents(room)));
            any = true;
            break;
          }
      }
    return any;
  }

  private static List<ServerName> names(List<SimulatedServer> servers) {
    return servers.stream().map(server -> server.name).toList();
  }

  private boolean seenJoined(RoomId room, Person person) {
    var residents = residents(room);
    return !residents.isEmpty()
        && residents.stream()
            .map(server -> view(server, room))
            .allMatch(view -> view != null && view.membership(person.user).equals("join"));
  }

  /// The room as a server sees it that is in it; null if it is not.
  @Nullable RoomView view(SimulatedServer server, RoomId room) {
    return server.running().engine.rooms().view(room).filter(RoomView::resident).orElse(null);
  }

  /// Servers that are in the room, and that the others in it know to be.
  ///
  /// A server whose users were removed by the resolution of a conflict, and not by an event that it
  /// was sent (or that it left behind when it joined anew by way of others), does not hear of it:
  /// nobody sends it anything any more, and what it says is soft-failed. The protocol has no cure
  /// for that; such a server counts as outside, if there is anything in the others' history that is
  /// not in its own.
  List<SimulatedServer> residents(RoomId room) {
    var inside = new ArrayList<>(inside(room));
    while (true) {
      SimulatedServer out = null;
      long most = 0;
      for (var server : inside) {
        long exclude = inside.stream().filter(other -> castOut(server, other, room)).count();
        if (exclude > most) {
          most = exclude;
          out = server;
        }
      }
      if (out == null) return inside;
      inside.remove(out);
    }
  }

  private static Set<EventId> history(SimulatedServer server, RoomView view) {
    var events = server.disk.rooms().events(view.roomId());
    var edges = new Dag.Edges();
    edges.add(events);
    var dag = new Dag(events, edges);
    var all = new HashSet<EventId>();
    for (var head : view.heads()) all.addAll(dag.history(head));
    return all;
  }

  /// Servers that are in the room by what they know themselves.
  List<SimulatedServer> inside(RoomId room) {
    return world.honest().stream().filter(server -> view(server, room) != null).toList();
  }

  /// Whether a server that thinks it is in the room does not know that another has it out.
  boolean castOut(SimulatedServer server, SimulatedServer by, RoomId room) {
    var view = view(by, room);
    var own = view(server, room);
    if (view == null || own == null || view.joinedServers().contains(server.name)) return false;
    // Whoever knows all that led to it must know that it is out.
    return !history(server, own).containsAll(history(by, view));
  }

  /// Somebody says something, until it is the only end at all servers. False if it does not become
  /// quiet.
  private boolean tie(RoomId room) {
    for (int round = 0; round < ROUNDS; round++) {
      var heads = new HashSet<>(residents(room).stream().map(s -> tied(s, room)).toList());
      if (heads.size() == 1 && heads.iterator().next().size() == 1) {
        lastWords.put(room, heads.iterator().next().getFirst());
        return true;
      }
      boolean spoken = false;
      // Whoever has the most loose ends first: others ask for what they do not know.
      var servers =
          residents(room).stream()
              .sorted(
                  Comparator.<SimulatedServer>comparingInt(s -> ends(s, room).size()).reversed())
              .toList();
      // If all have one, but different ones, others in turn.
      int first = servers.isEmpty() || ends(servers.getFirst(), room).size() > 1 ? 0 : round;
      for (int i = 0; i < servers.size() && !spoken; i++)
        spoken = speak(servers.get((i + first) % servers.size()), room);
      if (!spoken) {
        world.counts.add("rooms where nobody may speak");
        return true;
      }
      if (!settle()) return false;
    }
    world.violated("all honest servers have the same ends", "in " + room + ": " + ends(room));
    return true;
  }

  /// Without ends that nobody of the server may tie, as long as it has one that those have who may
  /// speak: others may have soft-failed them.
  private List<EventId> tied(SimulatedServer server, RoomId room) {
    var ends = ends(server, room);
    if (ends.size() < 2) return ends;
    if (speaker(server, room) != null) return ends;
    var spoken = new HashSet<EventId>();
    for (var other : residents(room))
      if (speaker(other, room) != null) spoken.addAll(ends(other, room));
    var common = ends.stream().filter(spoken::contains).toList();
    return common.isEmpty() ? ends : common;
  }

  /// The room's forward extremities as the server has them, in a fixed order.
  List<EventId> ends(SimulatedServer server, RoomId room) {
    var view = view(server, room);
    return view == null ? List.of() : view.heads().stream().sorted().toList();
  }

  private String ends(RoomId room) {
    var ends = new LinkedHashMap<SimulatedServer, List<EventId>>();
    for (var server : residents(room)) ends.put(server, ends(server, room));
    return ends.toString();
  }

  private boolean speak(SimulatedServer server, RoomId room) {
    var user = speaker(server, room);
    if (user == null) return false;
    var draft =
        Draft.message(user, EventType.MESSAGE, Json.object().put("body", "last words"), null);
    try {
      var outcome = server.running().engine.appends().append(room, List.of(draft), List.of());
      if (!(outcome instanceof Outcome.Done<List<EventId>>(var ids))) return false;
      world.promises.add(new World.Promise(server, room, ids.getFirst(), user, "last words"));
      return true;
    } catch (LedgerException e) {
      return false;
    }
  }

  /// A user of the server who may send messages, by what it and all others in the room know; null
  /// if there is none. (One that others soft-fail ties nothing.)
  @Nullable UserId speaker(SimulatedServer server, RoomId room) {
    var residents = residents(room);
    return server.users.stream()
        .filter(user -> residents.stream().allMatch(other -> maySpeak(user, other, room)))
        .findFirst()
        .orElse(null);
  }

  private boolean maySpeak(UserId user, SimulatedServer by, RoomId room) {
    var view = view(by, room);
    if (view == null || !view.membership(user).equals("join")) return false;
    var levels = PowerLevels.of(view.createEvent(), view.state(StateKey.POWER_LEVELS));
    return levels.user(user) >= levels.required(EventType.MESSAGE, false);
  }

  /// Until nobody learns anything: whom one server asked may itself have had only a part.
  private void readHistories() {
    for (var room : world.rooms) {
      var readers = residents(room);
      long known = -1;
      for (long now = placed(room, readers); now > known; now = placed(room, readers)) {
        known = now;
        for (var server : readers) readHistory(room, server);
      }
    }
  }

  private static long placed(RoomId room, List<SimulatedServer> servers) {
    return servers.stream()
        .flatMap(server -> server.disk.rooms().events(room).stream())
        .filter(Dag::isPlaced)
        .count();
  }

  /// Pages back to the beginning, which asks others for what is missing.
  private void readHistory(RoomId room, SimulatedServer server) {
    var view = view(server, room);
    if (view == null) return;
    var reader =
        server.users.stream().filter(user -> view.membership(user).equals("join")).findFirst();
    if (reader.isEmpty()) return;
    var timeline = server.running().engine.timeline();
    var backwards = Timeline.Direction.BACKWARDS;
    String from = null;
    do {
      var page = timeline.messages(room, reader.get(), from, null, backwards, 100, _ -> true);
      from = page instanceof Outcome.Done<Timeline.Page>(var done) ? done.end() : null;
    } while (from != null);
  }
}
