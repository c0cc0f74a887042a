package org.hearth.simulator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// All servers in a room agree on the state after the last word, and have it for the state of the
/// room.
///
/// A server none of whose users may speak, by its own state or by that of others, can have another
/// end beside the last word: its own event that all others soft-failed when it came. The protocol
/// has no way to tie that one, so such a server's current state is not compared.
///
/// @param last the last word in the room
/// @param residents who must agree
record StateAgreement(
    World world, Healing healing, RoomId room, EventId last, List<SimulatedServer> residents) {
  /// What servers say when a room has too many ends.
  private static final String DUMMY = "org.matrix.dummy_event";

  void check() {
    var states = new LinkedHashMap<SimulatedServer, Map<StateKey, EventId>>();
    for (var server : residents) states.put(server, afterLastWord(server));
    var withSameEnds = new HashMap<List<EventId>, SimulatedServer>();
    for (var server : residents) {
      var now = Invariants.state(server, room);
      compare("after the last word", residents.getFirst(), states, server, state(states, server));
      if (isTied(server)) compare("now", server, states, server, now);
      else whyNotTied(server);
      var first = withSameEnds.putIfAbsent(healing.ends(server, room), server);
      if (first != null && !Invariants.state(first, room).equals(now))
        world.violated(
            "all honest servers agree on the state",
            room + ": " + first + " and " + server + " have the same ends and another state");
      occupants(server);
    }
  }

  private void whyNotTied(SimulatedServer server) {
    if (healing.ends(server, room).stream().allMatch(end -> isOfAttack(server, end)))
      world.counts.add("servers with attacks that came in after the last word");
    else if (healing.speaker(server, room) == null)
      world.counts.add("servers with an end that nobody may tie");
    else
      world.violated(
          "all honest servers have the same ends", "in " + room + " " + server + " has others");
  }

  /// The last word, or made up by the hostile server, or said by this one to tie such events.
  private boolean isOfAttack(SimulatedServer server, EventId id) {
    if (isLastOrCrafted(id)) return true;
    var rooms = server.running().engine.rooms();
    return rooms.event(room, id).stream()
        .map(found -> found.event())
        .filter(event -> event.type().equals(DUMMY))
        .anyMatch(event -> event.prevEvents().stream().allMatch(this::isLastOrCrafted));
  }

  private boolean isLastOrCrafted(EventId id) {
    return id.equals(last) || world.crafted.knows(id);
  }

  private boolean isTied(SimulatedServer server) {
    return healing.ends(server, room).equals(List.of(last));
  }

  /// Cast out by a server whose other end is the reason for it, or by what a server that was itself
  /// cast out told it alone; or it stands elsewhere: it never got the answer to its join, or by
  /// what it knows it was removed.
  private boolean isExcused(SimulatedServer other) {
    if (!isAtTheLastWord(other)) {
      world.counts.add("servers that stand elsewhere and are not in a room where others see them");
      return true;
    }
    if (healing.inside(room).size() > residents.size()) return true;
    return residents.stream()
        .anyMatch(server -> !isTied(server) && healing.castOut(other, server, room));
  }

  private boolean isAtTheLastWord(SimulatedServer other) {
    var rooms = other.disk.rooms();
    return rooms.room(room).stream()
        .flatMap(row -> rooms.events(row.key(), row.heads()).stream())
        .map(event -> event.event().eventId())
        .toList()
        .equals(List.of(last));
  }

  private static Map<StateKey, EventId> state(
      Map<SimulatedServer, Map<StateKey, EventId>> states, SimulatedServer server) {
    return Objects.requireNonNull(states.get(server));
  }

  private Map<StateKey, EventId> afterLastWord(SimulatedServer server) {
    var rooms = server.running().engine.rooms();
    var state = new TreeMap<StateKey, EventId>();
    rooms.stateBefore(room, last).ifPresent(before -> state.putAll(before.all()));
    rooms
        .event(room, last)
        .map(word -> word.event())
        .filter(word -> word.isState())
        .ifPresent(word -> state.put(word.stateKeyPair(), last));
    return state;
  }

  private void compare(
      String when,
      SimulatedServer first,
      Map<SimulatedServer, Map<StateKey, EventId>> states,
      SimulatedServer server,
      Map<StateKey, EventId> found) {
    var expected = state(states, first);
    var keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (var key : keys)
      if (!Objects.equals(expected.get(key), found.get(key)))
        world.violated(
            "all honest servers agree on the state",
            key
                + " of "
                + room
                + ": after the last word "
                + first
                + " has "
                + expected.get(key)
                + ", "
                + when
                + " "
                + server
                + " has "
                + found.get(key));
  }

  /// The counters that are kept beside the state say what the state says, and the servers that the
  /// state says are in the room know that they are.
  private void occupants(SimulatedServer server) {
    var view = Objects.requireNonNull(healing.view(server, room));
    var joined = new TreeSet<ServerName>();
    int count = 0;
    for (var member : view.stateOfType(EventType.MEMBER)) {
      var user = UserId.tryParse(member.stateKey().orElse(""));
      var membership = member.membership().orElse("");
      if (user.isEmpty()) continue;
      if (membership.equals("join")) {
        joined.add(user.get().serverName());
        count++;
      }
      if (!user.get().serverName().equals(server.name)) continue;
      var kept = server.running().engine.userRooms().in(user.get(), room);
      if (kept.filter(found -> found.membership().equals(membership)).isEmpty())
        world.violated(
            "what a user's rooms are is what the rooms say",
            user.get() + " is " + membership + " in " + room + ", kept is " + kept);
    }
    if (!joined.equals(new TreeSet<>(view.joinedServers())) || count != view.joinedCount())
      world.violated(
          "members are counted rightly",
          room + " at " + server + ": " + joined + " and " + view.joinedServers());
    if (!isTied(server)) return;
    for (var other : world.honest())
      if (joined.contains(other.name) != residents.contains(other) && !isExcused(other))
        world.violated(
            "servers know in which rooms they are",
            server + " thinks otherwise of " + other + " in " + room);
  }
}
