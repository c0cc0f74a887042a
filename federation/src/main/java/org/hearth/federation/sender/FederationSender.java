package org.hearth.federation.sender;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.e2ee.todevice.OutgoingEdus;
import org.hearth.e2ee.todevice.ToDeviceChange.EduQueued;
import org.hearth.engine.ephemeral.EphemeralSender;
import org.hearth.engine.federation.SenderChange.CursorMoved;
import org.hearth.engine.federation.SenderStore;
import org.hearth.engine.room.OutgoingEvents;
import org.hearth.engine.room.OutgoingEvents.Outgoing;
import org.hearth.ledger.Batch;
import org.hearth.ledger.CommitListener;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.ledger.Positioned;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the committed events and hands each to the lists of its destinations; a virtual thread
/// for each destination that has something waiting sends it, one transaction at a time.
///
/// ```
/// ledger --commit--> step() --> Waitlist of each destination --> Deliveries.step() --> PUT /send
///                      |                                              | does not answer
///                 cursor, about once a second                    lags from a position, durably; catches up from the store
/// ```
///
/// The cursor is durable and says: everything up to here is delivered, except to those that lag. So
/// there is no row for each destination while all goes well, and after a crash what may not have
/// arrived is sent again under the same transaction IDs. It moves when an event was sent, and not
/// on account of what it did not have to send: writing it is a change of the ledger as well, and a
/// server where nothing happens must write nothing.
public final class FederationSender implements EphemeralSender, CommitListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FederationSender.class);
  private static final int PAGE = 500;
  private static final long CURSOR_MILLIS = 1000;

  /// So much is looked through at a start at most, though it held nothing to send.
  private static final long CURSOR_DISTANCE = 50_000;

  private static final Duration AFTER_BUG = Duration.ofSeconds(30);

  private final ServerName own;
  private final OutgoingEvents events;
  private final OutgoingEdus edus;
  private final Ledger ledger;
  private final Courier courier;
  private final InstantSource clock;
  private final AtomicLong nonces;

  /// One entry for each destination that was ever sent to since the start.
  private final ConcurrentMap<ServerName, Outbound> lanes = new ConcurrentHashMap<>();

  /// Protects the three below.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition news = lock.newCondition();
  private boolean committedMore = true;
  private boolean closed;

  /// Only touched by the thread in [#step].
  private long dispatched;

  /// Position of the last event that was handed over.
  private long lastEvent;

  private long cursor;
  private long cursorWrittenMs;
  private final List<Thread> threads = new ArrayList<>();

  public FederationSender(
      ServerName own,
      OutgoingEvents events,
      OutgoingEdus edus,
      SenderStore store,
      Ledger ledger,
      Courier courier,
      MeterRegistry metrics,
      InstantSource clock) {
    this.own = own;
    this.events = events;
    this.edus = edus;
    this.ledger = ledger;
    this.courier = courier;
    this.clock = clock;
    this.nonces = new AtomicLong(clock.millis() << 16);
    this.cursor = store.cursor();
    this.dispatched = cursor;
    for (Map.Entry<ServerName, SenderStore.Lag> lagging : store.lagging().entrySet()) {
      SenderStore.Lag lag = lagging.getValue();
      lane(lagging.getKey()).list.lagsSince(lag.deliveredUpTo(), lag.sinceMs());
    }
    for (ServerName destination : edus.destinations()) {
      lane(destination).list.hasDurableEdus();
    }
    metrics.gaugeMapSize("hearth.federation.destinations", List.of(), lanes);
    metrics.gauge(
        "hearth.federation.lagging",
        lanes,
        all -> all.values().stream().filter(lane -> lane.list.lags()).count());
  }

  private record Outbound(ServerName destination, Waitlist list, Deliveries deliveries) {}

  private Outbound lane(ServerName destination) {
    return lanes.computeIfAbsent(
        destination,
        name -> {
          Waitlist list = new Waitlist();
          return new Outbound(
              name,
              list,
              new Deliveries(own, name, list, courier, events, edus, ledger, clock, nonces));
        });
  }

  /// Begins to send; [#close] ends it.
  public void start() {
    ledger.listen(this);
    lanes.values().forEach(this::work);
    threads.add(Thread.ofVirtual().name("federation-follower").start(this::follow));
  }

  @Override
  public void committed(long committed, Batch batch) {
    for (List<Positioned<?>> entry : batch.entries()) {
      for (Positioned<?> change : entry) {
        if (change.change() instanceof EduQueued queued) {
          Outbound lane = lane(queued.destination());
          lane.list.hasDurableEdus();
          work(lane);
        }
      }
    }
    lock.lock();
    try {
      committedMore = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void send(
      Set<ServerName> destinations, @Nullable RoomId roomId, String type, ObjectNode content) {
    ObjectNode edu = Parcel.edu(type, content);
    String key = type + ' ' + roomId + ' ' + subject(type, roomId, content);
    for (ServerName destination : destinations) {
      if (!mayReceive(destination)) continue;
      Outbound lane = lane(destination);
      // Nobody reads what was typed while a server was away.
      if (courier.restingUntil(destination).isPresent()) continue;
      lane.list.offer(key, edu);
      work(lane);
    }
  }

  /// Whom an EDU is about: a newer one about the same takes the place of an older one that still
  /// waits.
  private static String subject(String type, @Nullable RoomId roomId, ObjectNode content) {
    return switch (type) {
      case "m.typing" -> content.path("user_id").asText("");
      case "m.presence" -> content.path("push").path(0).path("user_id").asText("");
      case "m.receipt" -> {
        StringBuilder users = new StringBuilder();
        content
            .path(String.valueOf(roomId))
            .properties()
            .forEach(
                kind ->
                    kind.getValue()
                        .properties()
                        .forEach(
                            user ->
                                users
                                    .append(user.getKey())
                                    .append(user.getValue().path("data").path("thread_id"))));
        yield users.toString();
      }
      default -> content.toString();
    };
  }

  /// The server showed life: what waits for it is tried at once.
  public void alive(ServerName server) {
    Outbound lane = lanes.get(server);
    if (lane == null) return;
    lane.list.wake();
    work(lane);
  }

  private boolean mayReceive(ServerName destination) {
    return !destination.equals(own) && courier.mayTalkTo(destination);
  }

  /// Hands the next committed events to their destinations. False if there were none.
  boolean step() {
    long upTo = ledger.committed();
    List<Outgoing> page = events.after(dispatched, upTo, PAGE);
    for (Outgoing event : page) {
      for (ServerName destination : event.destinations()) {
        if (mayReceive(destination)) dispatch(lane(destination), event);
      }
    }
    if (!page.isEmpty()) lastEvent = page.getLast().position();
    dispatched = page.size() < PAGE ? Math.max(dispatched, upTo) : lastEvent;
    return !page.isEmpty();
  }

  private void dispatch(Outbound lane, Outgoing event) {
    if (!lane.list.offer(event.position(), event.eventId())) {
      lane.deliveries.beginToLag();
      lane.list.offer(event.position(), event.eventId());
    }
    work(lane);
  }

  /// Moves the durable cursor to where every destination that does not lag has been served.
  void moveCursor() {
    long safe = dispatched;
    for (Outbound lane : lanes.values()) {
      if (!lane.list.lags()) safe = Math.min(safe, lane.list.behind().orElse(safe));
    }
    if (safe <= cursor || cursor >= lastEvent && safe - cursor < CURSOR_DISTANCE) return;
    ledger.write(Entry.of(Lane.BULK, List.of(new CursorMoved(safe))));
    cursor = safe;
  }

  private void follow() {
    while (true) {
      try {
        while (step()) moveCursorSometimes();
        moveCursorSometimes();
        lock.lock();
        try {
          if (closed) return;
          if (!committedMore) {
            boolean wokenEarly = news.await(CURSOR_MILLIS, TimeUnit.MILLISECONDS);
            if (!wokenEarly && closed) return;
          }
          committedMore = false;
        } finally {
          lock.unlock();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!pauseAfter(e)) return;
      }
    }
  }

  private boolean pauseAfter(RuntimeException e) {
    lock.lock();
    try {
      if (closed) return false;
    } finally {
      lock.unlock();
    }
    LOG.error("Following the events failed; trying again soon", e);
    try {
      Thread.sleep(CURSOR_MILLIS);
      return true;
    } catch (InterruptedException interrupted) {
      return false;
    }
  }

  private void moveCursorSometimes() {
    long now = clock.millis();
    if (Math.abs(now - cursorWrittenMs) < CURSOR_MILLIS) return;
    cursorWrittenMs = now;
    moveCursor();
  }

  private void work(Outbound lane) {
    if (!lane.list.begin()) return;
    Thread.ofVirtual().name("federation-to-" + lane.destination).start(() -> deliver(lane));
  }

  private void deliver(Outbound lane) {
    try {
      while (!isClosed()) {
        switch (deliverOnce(lane)) {
          case Deliveries.Result.Delivered _ -> {}
          case Deliveries.Result.NothingToDo _ -> {
            if (lane.list.end(false)) return;
            // A destination that lags behind something that is not readable yet.
            if (lane.list.lags()) lane.list.rest(20);
          }
          case Deliveries.Result.Failed(Duration pause) ->
              lane.list.rest(Math.max(1, pause.toMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    lane.list.end(true);
  }

  private Deliveries.Result deliverOnce(Outbound lane) {
    try {
      return lane.deliveries.step();
    } catch (LedgerException e) {
      return new Deliveries.Result.Failed(Duration.ofSeconds(1));
    } catch (RuntimeException e) {
      if (!isClosed()) LOG.error("Sending to {} failed", lane.destination, e);
      return new Deliveries.Result.Failed(AFTER_BUG);
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Begins nothing new. Transactions under way may still end; whether they do makes no difference
  /// to what arrives.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
    lanes.values().forEach(lane -> lane.list.wake());
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
