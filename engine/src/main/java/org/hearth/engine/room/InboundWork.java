package org.hearth.engine.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.engine.room.StagingStore.Staged;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works staged events into their rooms: each room by one worker at a time, in order. Any number of
/// threads may call [#step].
public final class InboundWork {
  private static final Logger log = LoggerFactory.getLogger(InboundWork.class);
  private static final int BATCH = 50;
  private static final int ROOMS_AT_START = 10_000;

  /// Servers that are asked for what the sending one does not have.
  private static final int OTHER_SERVERS = 2;

  private final RoomWriters writers;
  private final StagingStore staging;
  private final Receipt receipt;
  private final Fetching fetching;
  private final Ledger ledger;

  /// Protects which rooms wait and which are worked on; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  /// Bounded by the number of rooms with staged events.
  private final Set<RoomId> waiting = new LinkedHashSet<>();

  private final Set<RoomId> busy = new HashSet<>();
  private boolean closed;

  InboundWork(
      RoomWriters writers,
      StagingStore staging,
      Receipt receipt,
      Fetching fetching,
      Ledger ledger) {
    this.writers = writers;
    this.staging = staging;
    this.receipt = receipt;
    this.fetching = fetching;
    this.ledger = ledger;
    waiting.addAll(staging.rooms(ROOMS_AT_START));
  }

  void arrived(RoomId room) {
    lock.lock();
    try {
      waiting.add(room);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until some room has work. False once closed.
  public boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !ready()) changed.await();
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private boolean ready() {
    return waiting.stream().anyMatch(room -> !busy.contains(room));
  }

  /// What is staged stays staged.
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Works on one room's staged events. False if there was nothing to do.
  public boolean step() {
    var room = take();
    if (room == null) return false;
    try {
      drain(room);
    } catch (LedgerException e) {
      log.warn("Events of {} wait until they can be written.", room, e);
    } finally {
      release(room);
    }
    return true;
  }

  private @Nullable RoomId take() {
    lock.lock();
    try {
      for (var room : waiting) {
        if (busy.contains(room)) continue;
        waiting.remove(room);
        busy.add(room);
        return room;
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void release(RoomId room) {
    lock.lock();
    try {
      busy.remove(room);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void drain(RoomId room) {
    while (true) {
      var batch = staging.staged(room, BATCH);
      if (batch.isEmpty()) return;
      var writer = writers.get(room).orElse(null);
      if (writer != null && writer.committed().occupants().includes(writers.us())) {
        // All in one flow first; if one of them cannot be written, each for itself.
        if (!work(writer, batch, new Flow(false))) work(writer, batch, new Flow(true));
      }
      unstage(batch);
    }
  }

  /// How the entries of a batch follow each other.
  ///
  /// @param each whether each is waited for before the next
  private record Flow(boolean each, List<RoomWriter.Queued<RoomEvent>> queued) {
    Flow(boolean each) {
      this(each, new ArrayList<>());
    }

    void add(RoomWriter.Queued<RoomEvent> entry) {
      queued.add(entry);
      if (each) entry.await();
    }
  }

  /// False if something could not be written.
  private boolean work(RoomWriter writer, List<Staged> batch, Flow flow) {
    var others = new LinkedHashMap<EventId, Staged>();
    for (var staged : batch) others.put(staged.eventId(), staged);
    boolean good = true;
    for (var staged : batch) {
      try {
        var event = parse(writer, staged);
        if (event != null) predecessorsFirst(writer, event, staged.origin(), others, flow);
      } catch (LedgerException.Unavailable | LedgerException.Full e) {
        throw e;
      } catch (LedgerException | IllegalStateException | IllegalArgumentException e) {
        log.warn("Event {} could not be worked in.", staged.eventId(), e);
        good = false;
      }
    }
    for (var entry : flow.queued()) {
      try {
        entry.await();
      } catch (LedgerException.Unavailable | LedgerException.Full e) {
        throw e;
      } catch (LedgerException e) {
        good = false;
      }
    }
    return good;
  }

  private void unstage(List<Staged> batch) {
    ledger.write(
        Entry.of(
            Lane.FEDERATION,
            batch.stream()
                .map(staged -> new RoomChange.UnstageEvent(staged.room(), staged.eventId()))
                .toList()));
  }

  /// Events of the same batch that come before this one go first.
  private void predecessorsFirst(
      RoomWriter writer, Event event, ServerName origin, Map<EventId, Staged> batch, Flow flow) {
    Deque<Event> path = new ArrayDeque<>();
    Set<EventId> entered = new HashSet<>();
    path.push(event);
    while (!path.isEmpty()) {
      var next = path.peek();
      if (!entered.add(next.eventId())) {
        place(writer, path.pop(), origin, flow);
        continue;
      }
      for (var id : next.prevEvents()) {
        var staged = batch.get(id);
        if (staged == null || entered.contains(id) || isPlaced(writer, id)) continue;
        var before = parse(writer, staged);
        if (before != null) path.push(before);
      }
    }
  }

  private static boolean isPlaced(RoomWriter writer, EventId id) {
    var known = writer.data().eventById(id);
    return known != null && !known.isOutlier();
  }

  private @Nullable Event parse(RoomWriter writer, Staged staged) {
    try {
      var outcome = receipt.read(Json.parseObject(staged.pdu()), writer.key().rules());
      if (outcome instanceof Outcome.Done<Event>(var event)) return event;
      log.info("Event {} of {} was dropped.", staged.eventId(), staged.origin());
    } catch (MalformedJson e) {
      log.warn("Staged event {} is damaged.", staged.eventId());
    }
    return null;
  }

  /// The event with whatever it needs that is missing.
  private void place(RoomWriter writer, Event event, ServerName origin, Flow flow) {
    if (isPlaced(writer, event.eventId())) return;
    if (!missing(writer, event).isEmpty())
      for (var before : fetching.between(origin, writer, event))
        if (!before.eventId().equals(event.eventId()) && !isPlaced(writer, before.eventId()))
          placeWithState(writer, before, origin, flow);
    placeWithState(writer, event, origin, flow);
  }

  private static List<EventId> missing(RoomWriter writer, Event event) {
    return event.prevEvents().stream().filter(id -> !isPlaced(writer, id)).toList();
  }

  private void placeWithState(RoomWriter writer, Event event, ServerName origin, Flow flow) {
    for (var server : candidates(writer, origin)) {
      fetching.authEvents(server, writer, event);
      Receipt.Given given = null;
      if (!missing(writer, event).isEmpty()) {
        if (!(fetching.stateBefore(server, writer, event.eventId())
            instanceof Outcome.Done<Receipt.Given>(var state))) continue;
        given = state;
      }
      if (append(writer, event, given, flow)) return;
    }
    log.info("Event {} could not be placed: what it needs is not to be had.", event.eventId());
  }

  private List<ServerName> candidates(RoomWriter writer, ServerName origin) {
    var servers = new ArrayList<ServerName>();
    servers.add(origin);
    writer.committed().occupants().servers().stream()
        .filter(server -> !server.equals(origin) && !server.equals(writers.us()))
        .sorted()
        .limit(OTHER_SERVERS)
        .forEach(servers::add);
    return servers;
  }

  private boolean append(RoomWriter writer, Event event, Receipt.@Nullable Given given, Flow flow) {
    var judged =
        receipt.judge(writer, event, new Receipt.Circumstances(Entrance.LIVE, given, false));
    if (!(judged instanceof Outcome.Done<Receipt.Judged>(var good))) return false;
    var queued =
        writer.write(
            Lane.FEDERATION, good.generation(), entry -> Outcome.done(receipt.append(entry, good)));
    if (queued instanceof Outcome.Done<RoomWriter.Queued<RoomEvent>>(var done)) flow.add(done);
    return true;
  }
}
