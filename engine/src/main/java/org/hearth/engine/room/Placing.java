package org.hearth.engine.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.engine.room.Receipt.Reading;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.StagingStore.Staged;
import org.hearth.ledger.Lane;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds a staged event's place in its room, and asks other servers for what it needs for that.
final class Placing {
  private static final Logger log = LoggerFactory.getLogger(Placing.class);

  /// Servers that are asked for what the sending one does not have.
  private static final int OTHER_SERVERS = 2;

  private final Receipt receipt;
  private final Fetching fetching;

  Placing(Receipt receipt, Fetching fetching) {
    this.receipt = receipt;
    this.fetching = fetching;
  }

  /// Answers which events need not be staged any longer: those in the room, and those that never
  /// can be. Everything is durable then.
  Set<EventId> work(RoomWriter writer, List<Staged> batch) {
    // All in one flow first; if something of it cannot be written, each for itself.
    var all = new Batch(writer, batch, false);
    if (all.run()) return all.settled;
    var each = new Batch(writer, batch, true);
    each.run();
    return each.settled;
  }

  private final class Batch {
    private final RoomWriter writer;
    private final boolean each;
    private final Map<EventId, Staged> batch = new LinkedHashMap<>();
    private final List<RoomWriter.Queued<RoomEvent>> queued = new ArrayList<>();
    private final Set<EventId> settled = new HashSet<>();

    /// @param each whether each event is waited for before the next, and those that the database
    ///   refuses are given up
    Batch(RoomWriter writer, List<Staged> staged, boolean each) {
      this.writer = writer;
      this.each = each;
      for (var event : staged) batch.put(event.eventId(), event);
    }

    /// False if something could not be written.
    boolean run() {
      try {
        for (var staged : batch.values()) run(staged);
        queued.forEach(RoomWriter.Queued::await);
        return true;
      } catch (LedgerException.Unavailable | LedgerException.Full e) {
        throw e;
      } catch (LedgerException e) {
        return false;
      }
    }

    private void run(Staged staged) {
      var reading = reading(staged);
      if (reading instanceof Reading.Dropped) settled.add(staged.eventId());
      if (!(reading instanceof Reading.Passed(var event))) return;
      try {
        if (predecessorsFirst(event, staged.origin())) settled.add(staged.eventId());
      } catch (LedgerException.Refused | IllegalStateException | IllegalArgumentException e) {
        if (!each) throw new LedgerException.Superseded();
        log.warn("Event {} cannot be stored.", staged.eventId(), e);
        settled.add(staged.eventId());
      }
    }

    /// Nobody is asked for keys here: [AwaitedKeys] does that, and no room waits for another.
    private Reading reading(Staged staged) {
      try {
        var reading = receipt.reading(Json.parseObject(staged.pdu()), writer.key().rules(), false);
        if (reading instanceof Reading.Dropped)
          log.info("Event {} of {} was dropped.", staged.eventId(), staged.origin());
        return reading;
      } catch (MalformedJson e) {
        log.warn("Staged event {} is damaged.", staged.eventId());
        return new Reading.Dropped(
            staged.eventId(), new Refusal(ErrorCode.M_NOT_JSON, "The event is damaged."));
      }
    }

    /// Events of the same batch that come before this one go first. Answers whether the event
    /// itself is settled.
    private boolean predecessorsFirst(Event event, ServerName origin) {
      Deque<Event> path = new ArrayDeque<>();
      Set<EventId> entered = new HashSet<>();
      boolean done = false;
      path.push(event);
      while (!path.isEmpty()) {
        var next = path.peek();
        if (!entered.add(next.eventId())) {
          done = place(path.pop(), origin);
          continue;
        }
        for (var id : next.prevEvents()) {
          var staged = batch.get(id);
          if (staged == null || entered.contains(id) || isPlaced(id)) continue;
          if (reading(staged) instanceof Reading.Passed(var before)) path.push(before);
        }
      }
      return done;
    }

    private boolean isPlaced(EventId id) {
      var known = writer.data().eventById(id);
      return known != null && !known.isOutlier();
    }

    private boolean isConnected(Event event) {
      return event.prevEvents().stream().allMatch(this::isPlaced);
    }

    /// The event with whatever it needs that is missing.
    private boolean place(Event event, ServerName origin) {
      if (isPlaced(event.eventId())) return true;
      if (!isConnected(event))
        for (var before : fetching.between(origin, writer, event))
          if (!before.eventId().equals(event.eventId()) && !isPlaced(before.eventId()))
            placeWithState(before, origin);
      return placeWithState(event, origin);
    }

    private boolean placeWithState(Event event, ServerName origin) {
      for (var server : candidates(origin)) {
        Receipt.Given given = null;
        if (!isConnected(event)) {
          if (!(fetching.stateBefore(server, writer, event.eventId())
              instanceof Outcome.Done<Receipt.Given>(var state))) continue;
          given = state;
        }
        // Mostly they came with the state.
        fetching.authEvents(server, writer, event);
        if (append(event, given)) return true;
      }
      log.info("Event {} waits: what it needs is not to be had now.", event.eventId());
      return false;
    }

    private List<ServerName> candidates(ServerName origin) {
      var servers = new ArrayList<ServerName>();
      servers.add(origin);
      writer.committed().occupants().servers().stream()
          .filter(server -> !server.equals(origin) && !server.equals(writer.us()))
          .sorted()
          .limit(OTHER_SERVERS)
          .forEach(servers::add);
      return servers;
    }

    private boolean append(Event event, Receipt.@Nullable Given given) {
      var judged =
          receipt.judge(writer, event, new Receipt.Circumstances(Entrance.LIVE, given, false));
      if (!(judged instanceof Outcome.Done<Receipt.Judged>(var good))) return false;
      var written =
          writer.write(
              Lane.FEDERATION,
              good.generation(),
              entry -> Outcome.done(receipt.append(entry, good)));
      if (written instanceof Outcome.Done<RoomWriter.Queued<RoomEvent>>(var entry)) {
        if (each) entry.await();
        else queued.add(entry);
      }
      return true;
    }
  }
}
