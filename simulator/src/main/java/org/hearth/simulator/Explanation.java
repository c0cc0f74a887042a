package org.hearth.simulator;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.hearth.engine.room.RoomEvent;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.jspecify.annotations.Nullable;

/// What the events are that the violations name, and what became of them at each server.
final class Explanation {
  private static final Pattern EVENT = Pattern.compile("\\$[A-Za-z0-9_/+-]{8,}(:[a-z0-9.]+)?");
  private static final int MOST_EVENTS = 12;

  private final World world;
  private final LinkedHashSet<String> named = new LinkedHashSet<>();

  Explanation(World world) {
    this.world = world;
  }

  List<String> lines() {
    for (var violation : world.violations)
      EVENT.matcher(violation).results().forEach(match -> named.add(match.group()));
    var lines = new ArrayList<String>();
    for (int i = 0; i < MOST_EVENTS && i < named.size(); i++) {
      var id = EventId.tryParse(List.copyOf(named).get(i));
      if (id.isEmpty()) continue;
      var line = line(id.get(), i < MOST_EVENTS / 3);
      if (line != null) lines.add(line);
    }
    return lines;
  }

  /// All events of all rooms, by depth, with a letter for each server: accepted, soft-failed,
  /// rejected, an outlier, or not there.
  static List<String> table(World world) {
    var lines = new ArrayList<String>();
    for (var room : world.rooms) {
      lines.add("room " + room + " (" + world.servers + ")");
      var all = new TreeMap<String, RoomEvent>();
      for (var server : world.servers)
        for (var event : server.disk.rooms().events(room))
          all.putIfAbsent(
              "%019d%s".formatted(event.event().depth(), event.event().eventId()), event);
      for (var event : all.values()) lines.add(row(world, room, event.event()));
      for (var server : world.servers) lines.add("  " + server + " ends " + ends(server, room));
    }
    return lines;
  }

  private static String row(World world, RoomId room, Event event) {
    var letters = new StringBuilder();
    for (var server : world.servers) {
      var there = find(server, room, event.eventId());
      letters.append(there == null ? '-' : there.standing().name().charAt(0));
    }
    return "  %s %s %3d %s %s %s %s <- %s"
        .formatted(
            letters,
            brief(event.eventId()),
            event.depth(),
            event.type().replace("m.room.", ""),
            event.stateKey().orElse(""),
            event.sender().localpart(),
            event.content(),
            event.prevEvents().stream().map(Explanation::brief).toList());
  }

  private static List<String> ends(SimulatedServer server, RoomId room) {
    var rooms = server.disk.rooms();
    return rooms.room(room).stream()
        .flatMap(row -> rooms.events(row.key(), row.heads()).stream())
        .map(event -> brief(event.event().eventId()))
        .toList();
  }

  private static String brief(EventId id) {
    return id.value().substring(1, Math.min(8, id.value().length()));
  }

  /// @param follow whether the events before it are worth a line as well
  private @Nullable String line(EventId id, boolean follow) {
    RoomEvent found = null;
    var places = new ArrayList<String>();
    for (var server : world.servers)
      for (var room : world.rooms) {
        var event = find(server, room, id);
        if (event == null) continue;
        found = event;
        places.add(
            server
                + " "
                + event.standing().name().toLowerCase(java.util.Locale.ROOT)
                + server.disk.rooms().refusal(room, id).map(rule -> " by " + rule).orElse("")
                + " #"
                + event.ordinal()
                + (event.redactedBy() == 0 ? "" : " redacted"));
      }
    if (found == null) return id + " is nowhere" + (world.crafted.knows(id) ? ", crafted" : "");
    var event = found.event();
    if (follow) event.prevEvents().forEach(previous -> named.add(previous.value()));
    return id
        + (world.crafted.knows(id) ? " CRAFTED " : " ")
        + event.type()
        + event.stateKey().map(key -> " [" + key + "]").orElse("")
        + " by "
        + event.sender()
        + " at depth "
        + event.depth()
        + " "
        + event.content()
        + "\n      after "
        + event.prevEvents()
        + "\n      by virtue of "
        + event.authEvents()
        + "\n      "
        + String.join("; ", places);
  }

  private static @Nullable RoomEvent find(SimulatedServer server, RoomId room, EventId id) {
    for (var event : server.disk.rooms().events(room))
      if (event.event().eventId().equals(id)) return event;
    return null;
  }
}
