package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.ledger.Lane;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;

///
/// [Backfilling](https://spec.matrix.org/v1.19/server-server-api/#backfilling-and-retrieving-missing-events):
/// history that this server does not have, from others who were in the room.
final class Backfill implements RoomTimeline.History {
  private static final int EVENTS = 100;
  private static final int GAPS = 5;
  private static final int SERVERS = 4;

  /// Events of one answer whose state has to be asked for, since what came before them is unknown.
  private static final int STATES = 3;

  /// Events that are fetched around one that is wanted for its time.
  private static final int NEAR = 10;

  private final AtomicInteger asked = new AtomicInteger();
  private final RoomWriters writers;
  private final TimelineStore timelines;
  private final Receipt receipt;
  private final Fetching fetching;

  Backfill(RoomWriters writers, TimelineStore timelines, Receipt receipt, Fetching fetching) {
    this.writers = writers;
    this.timelines = timelines;
    this.receipt = receipt;
    this.fetching = fetching;
  }

  @Override
  public boolean fill(RoomData room, long minDepth) {
    return writers.with(room.key().id(), writer -> fill(writer, room, minDepth)).orElse(false);
  }

  private boolean fill(RoomWriter writer, RoomData room, long minDepth) {
    if (!writer.committed().occupants().includes(writers.us())) return false;
    var gaps = timelines.gaps(room.key(), minDepth, GAPS);
    if (gaps.isEmpty()) return false;
    var missing = gaps.stream().map(TimelineStore.Gap::missing).distinct().toList();
    for (var server : others(writer, witnesses(room, gaps))) {
      try {
        if (fetching.history(server, writer, missing, EVENTS)
                instanceof Outcome.Done<List<Event>>(var events)
            && !events.isEmpty()
            && store(writer, server, events)) return true;
      } catch (LedgerException.Superseded e) {
        return false;
      }
    }
    return false;
  }

  /// Makes an event known that is nearer to a time than what is known here; see
  /// [NearestEvents.Source].
  boolean fetchNear(
      RoomData room, long timestampMs, Timeline.Direction direction, OptionalLong knownMs) {
    var writer = writers.get(room.key().id()).orElse(null);
    if (writer == null || !writer.committed().occupants().includes(writers.us())) return false;
    for (var server : others(writer, List.of())) {
      if (!(fetching.nearest(server, writer, timestampMs, direction)
          instanceof Outcome.Done<RemoteRooms.Nearest>(var near))) continue;
      if (!isNearer(near.originServerTs(), timestampMs, direction, knownMs)) continue;
      try {
        if (!isPlaced(writer, near.eventId())
            && fetching.history(server, writer, List.of(near.eventId()), NEAR)
                instanceof Outcome.Done<List<Event>>(var events)
            && store(writer, server, events)
            && isPlaced(writer, near.eventId())) return true;
      } catch (LedgerException.Superseded e) {
        return false;
      }
    }
    return false;
  }

  private static boolean isNearer(
      long claimedMs, long timestampMs, Timeline.Direction direction, OptionalLong knownMs) {
    return switch (direction) {
      case BACKWARDS ->
          claimedMs <= timestampMs && (knownMs.isEmpty() || claimedMs > knownMs.getAsLong());
      case FORWARDS ->
          claimedMs >= timestampMs && (knownMs.isEmpty() || claimedMs < knownMs.getAsLong());
    };
  }

  /// Servers that named what is missing: each of them had it once.
  private static List<ServerName> witnesses(RoomData room, List<TimelineStore.Gap> gaps) {
    return room.events(gaps.stream().map(TimelineStore.Gap::namedBy).toList()).values().stream()
        .sorted(Comparator.comparingInt(RoomEvent::ordinal).reversed())
        .map(event -> event.event().sender().serverName())
        .toList();
  }

  /// The given ones that are still there, first of all. Then the creator's server, which has the
  /// most; of the others some each time, so that all have been asked after a while.
  private List<ServerName> others(RoomWriter writer, List<ServerName> first) {
    var others = new ArrayList<>(new TreeSet<>(writer.committed().occupants().servers()));
    others.remove(writers.us());
    if (others.isEmpty()) return others;
    Collections.rotate(others, -Math.floorMod(asked.getAndAdd(SERVERS), others.size()));
    var create = writer.data().state(writer.committed().root(), StateKey.CREATE);
    var wanted = new LinkedHashSet<>(first);
    if (create != null) wanted.add(create.event().sender().serverName());
    wanted.retainAll(others);
    wanted.addAll(others);
    return wanted.stream().limit(SERVERS).toList();
  }

  /// Oldest first; the state before those whose predecessors are unknown is asked for.
  private boolean store(RoomWriter writer, ServerName server, List<Event> events) {
    var queued = new ArrayList<RoomWriter.Queued<RoomEvent>>();
    int states = 0;
    for (var event : parentsFirst(events)) {
      if (isPlaced(writer, event.eventId())) continue;
      Receipt.Given given = null;
      if (!event.prevEvents().stream().allMatch(id -> isPlaced(writer, id))) {
        if (++states > STATES) continue;
        if (!(fetching.stateBefore(server, writer, event.eventId())
            instanceof Outcome.Done<Receipt.Given>(var state))) continue;
        given = state;
      }
      fetching.authEvents(server, writer, event);
      var judged =
          receipt.judge(
              writer, event, new Receipt.Circumstances(Entrance.BACKFILLED, given, false));
      if (!(judged instanceof Outcome.Done<Receipt.Judged>(var good))) continue;
      if (writer.write(
              Lane.FEDERATION,
              good.generation(),
              entry -> Outcome.done(receipt.append(entry, good)))
          instanceof Outcome.Done<RoomWriter.Queued<RoomEvent>>(var done)) queued.add(done);
    }
    queued.forEach(RoomWriter.Queued::await);
    return !queued.isEmpty();
  }

  private static boolean isPlaced(RoomWriter writer, EventId id) {
    var known = writer.data().eventById(id);
    return known != null && !known.isOutlier();
  }

  /// Depths are claims of the senders; edges decide.
  private static List<Event> parentsFirst(List<Event> events) {
    var waiting = new HashMap<EventId, Event>();
    for (var event : events) waiting.put(event.eventId(), event);
    var ordered = new ArrayList<Event>();
    var done = new HashSet<EventId>();
    boolean progress = true;
    while (progress && ordered.size() < events.size()) {
      progress = false;
      for (var event : events) {
        if (done.contains(event.eventId())) continue;
        boolean ready =
            event.prevEvents().stream()
                .noneMatch(id -> waiting.containsKey(id) && !done.contains(id));
        if (!ready) continue;
        ordered.add(event);
        done.add(event.eventId());
        progress = true;
      }
    }
    return ordered;
  }
}
