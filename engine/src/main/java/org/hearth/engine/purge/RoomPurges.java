package org.hearth.engine.purge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.engine.purge.Purge.Detail;
import org.hearth.engine.purge.Purge.Kind;
import org.hearth.engine.purge.Purge.Status;
import org.hearth.engine.room.RoomKey;
import org.hearth.engine.room.RoomRemoval;
import org.hearth.engine.room.RoomStore;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Purges that an administrator asked for, one after the other, a portion at a time.
///
/// Each portion is one entry of the ledger's bulk lane with at most some hundred rows, and holds no
/// lock: other rooms notice nothing. How far a purge is is durable with each portion, so that it
/// goes on after a restart. [#step] is called by a loop of the server.
public final class RoomPurges {
  private static final Logger log = LoggerFactory.getLogger(RoomPurges.class);

  /// Purges that wait or run at a time.
  private static final int MOST_AT_A_TIME = 1_000;

  /// Rows of one portion.
  private static final int ROWS = 500;

  private static final Duration REMEMBERED = Duration.ofDays(1);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /// What a purge is made of outside of this package.
  ///
  /// @param leaving makes local users leave, and waits until other servers know
  /// @param ids makes the names of purges
  public record Parts(
      PurgeStore store,
      RoomStore rooms,
      RoomRemoval removal,
      Leaving leaving,
      Ledger ledger,
      InstantSource clock,
      Supplier<String> ids,
      ServerName us) {}

  private final Parts parts;

  /// Protects the queue; held for moments only.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Deque<Purge> waiting = new ArrayDeque<>();

  /// Only touched by the thread in [#step].
  private final Map<String, HistoryPurge> histories = new HashMap<>();

  private boolean closed;

  public RoomPurges(Parts parts) {
    this.parts = parts;
    for (var purge : parts.store().unfinished()) {
      waiting.add(purge);
      // Its rows are going: nobody may begin the room again meanwhile.
      if (purge.kind().removesRoom()) parts.removal().shut(purge.room(), true);
      if (purge.status() == Status.REMOVING && purge.kind().removesRoom())
        parts.removal().close(purge.room());
    }
  }

  /// Begins to take a room out: local users leave, then everything goes.
  ///
  /// @param kind [Kind#ROOM], [Kind#ROOM_BY_FORCE] or [Kind#SHUTDOWN]
  public Outcome<Purge> room(RoomId room, Kind kind) {
    var key = parts.rooms().room(room).map(RoomStore.RoomRow::key);
    boolean nothing = key.isEmpty() && parts.store().rowsOf(0, room, 1).keys().isEmpty();
    if (nothing) return Outcome.notFound("This room is not stored here.");
    return start(room, kind, Status.LEAVING, key.map(RoomKey::number).orElse(0L), 0);
  }

  /// Begins to take events out that are less deep.
  public Outcome<Purge> history(RoomId room, long beforeDepth, boolean alsoLocal) {
    var kind = alsoLocal ? Kind.HISTORY : Kind.HISTORY_OF_OTHERS;
    return stored(room).then(key -> start(room, kind, Status.REMOVING, key.number(), beforeDepth));
  }

  /// Begins to take events out that are less deep than the given one.
  public Outcome<Purge> historyBefore(RoomId room, EventId event, boolean alsoLocal) {
    return parts.rooms().events(List.of(event)).stream()
        .filter(found -> found.room().id().equals(room))
        .findFirst()
        .map(found -> history(room, found.event().depth(), alsoLocal))
        .orElseGet(() -> Outcome.notFound("This event of the room is not stored here."));
  }

  /// Begins to take events out that come before the first event at or after a time.
  public Outcome<Purge> historyBefore(RoomId room, long timeMs, boolean alsoLocal) {
    return stored(room)
        .then(
            key -> {
              var depth = parts.store().depthAt(key, timeMs);
              // All are older: the heads stay, as ever.
              return history(room, depth.orElse(Long.MAX_VALUE), alsoLocal);
            });
  }

  /// Begins to take state nodes out that nothing reaches.
  public Outcome<Purge> unusedState(RoomId room) {
    return stored(room)
        .then(key -> start(room, Kind.UNUSED_STATE, Status.SWEEPING_STATE, key.number(), 0));
  }

  private Outcome<RoomKey> stored(RoomId room) {
    return parts
        .rooms()
        .room(room)
        .map(row -> Outcome.done(row.key()))
        .orElseGet(() -> Outcome.notFound("This room is not stored here."));
  }

  private Outcome<Purge> start(RoomId room, Kind kind, Status first, long number, long depth) {
    var purge =
        new Purge(
            parts.ids().get(),
            room,
            kind,
            first,
            number,
            depth,
            parts.clock().millis(),
            0,
            0,
            Detail.NONE);
    lock.lock();
    try {
      if (waiting.stream().anyMatch(other -> other.room().equals(room)))
        return Outcome.refused(
            ErrorCode.M_UNKNOWN, "This room is being purged already; ask again when that is over.");
      if (waiting.size() >= MOST_AT_A_TIME)
        return Outcome.refused(
            ErrorCode.M_LIMIT_EXCEEDED, "Many purges wait already; ask again later.");
      waiting.add(purge);
    } finally {
      lock.unlock();
    }
    // Who has just left may not come back before it is over.
    if (kind.removesRoom()) parts.removal().shut(room, true);
    try {
      parts.ledger().write(new PurgeChange.Progress(purge));
    } catch (LedgerException e) {
      finish(purge);
      if (kind.removesRoom()) parts.removal().shut(room, false);
      throw e;
    }
    wake();
    return Outcome.done(purge);
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public Optional<Purge> purge(String id) {
    return parts.store().purge(id);
  }

  /// The newest first.
  public List<Purge> purgesOf(RoomId room) {
    return parts.store().purgesOf(room);
  }

  /// Nobody here may enter the room from now on, or may again.
  public void block(RoomId room, boolean blocked, String by) {
    parts
        .ledger()
        .write(
            blocked
                ? new PurgeChange.BlockRoom(room, by, parts.clock().millis())
                : new PurgeChange.UnblockRoom(room));
    parts.removal().block(room, blocked);
  }

  public Optional<PurgeStore.Block> block(RoomId room) {
    return parts.store().block(room);
  }

  /// Waits until there is something to do. False once closed.
  public boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) changed.await();
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /// A purge that is not through goes on at the next start.
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Forgets purges that ended long ago. Call it every hour or so.
  public void forgetOld() {
    var before = parts.clock().millis() - REMEMBERED.toMillis();
    parts.ledger().write(Entry.of(Lane.BULK, List.of(new PurgeChange.ForgetPurges(before))));
  }

  /// Does one portion of the oldest purge. False if there is none.
  public boolean step() throws InterruptedException {
    Purge purge;
    lock.lock();
    try {
      purge = waiting.peek();
    } finally {
      lock.unlock();
    }
    if (purge == null) return false;
    try {
      var next = portion(purge);
      replace(purge, next);
    } catch (LedgerException.Unavailable | LedgerException.Full e) {
      // The portion was not written: its phase is planned again.
      histories.remove(purge.id());
      pause(PAUSE);
    } catch (RuntimeException e) {
      log.error("The purge {} of {} failed", purge.id(), purge.room(), e);
      if (purge.kind().removesRoom() && purge.status() == Status.REMOVING) {
        // The room is gone already; its rows must follow.
        pause(AFTER_FAILURE);
        return true;
      }
      replace(purge, failed(purge, "Something unexpected happened; the server's log says what."));
    }
    return true;
  }

  private void pause(Duration pause) throws InterruptedException {
    lock.lock();
    try {
      if (!closed) changed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      lock.unlock();
    }
  }

  private void replace(Purge purge, Purge next) {
    lock.lock();
    try {
      waiting.remove(purge);
      if (!next.status().isEnd()) waiting.addFirst(next);
    } finally {
      lock.unlock();
    }
    if (next.status().isEnd()) {
      if (next.kind().removesRoom()) {
        parts.removal().shut(next.room(), false);
        // Also if it was closed, and failed before anything of it was gone.
        parts.removal().open(next.room());
      }
      histories.remove(next.id());
      log.info(
          "The purge {} of {} is {}: {} rows", next.id(), next.room(), next.status(), next.rows());
    }
  }

  private void finish(Purge purge) {
    lock.lock();
    try {
      waiting.remove(purge);
    } finally {
      lock.unlock();
    }
  }

  private Purge portion(Purge purge) throws InterruptedException {
    return switch (purge.kind()) {
      case ROOM, ROOM_BY_FORCE, SHUTDOWN -> roomPortion(purge);
      case HISTORY, HISTORY_OF_OTHERS, UNUSED_STATE -> historyPortion(purge);
    };
  }

  private Purge historyPortion(Purge purge) {
    var key = parts.rooms().room(purge.room()).map(RoomStore.RoomRow::key);
    if (key.isEmpty()) return failed(purge, "The room is not stored any more.");
    var history =
        histories.computeIfAbsent(
            purge.id(),
            _ -> new HistoryPurge(parts.store(), parts.removal(), key.get(), parts.us()));
    var portion = history.next(purge);
    return written(portion.purge(), portion.changes());
  }

  private Purge roomPortion(Purge purge) throws InterruptedException {
    return switch (purge.status()) {
      case LEAVING -> leave(purge);
      case TELLING_OTHERS -> tell(purge);
      default -> remove(purge);
    };
  }

  private Purge leave(Purge purge) {
    var detail = parts.leaving().leave(purge.room());
    var left = purge.with(detail);
    if (!detail.failedToKick().isEmpty() && purge.kind() == Kind.ROOM)
      return failed(
          left,
          "Some local users could not be made to leave; ask for a purge by force to go on anyway.");
    return written(left.at(Status.TELLING_OTHERS), List.of());
  }

  private Purge tell(Purge purge) throws InterruptedException {
    if (!parts.leaving().isTold(purge)) {
      pause(PAUSE);
      return purge;
    }
    if (purge.kind() == Kind.SHUTDOWN) return written(purge.at(Status.COMPLETE), List.of());
    if (!parts.removal().close(purge.room())) {
      pause(PAUSE);
      return purge;
    }
    // The keys go first: what is still there afterwards, also in copies elsewhere, is noise.
    var changes = new ArrayList<Change>();
    changes.add(new PurgeChange.ForgetRoom(purge.roomNumber()));
    changes.add(new KeysDestroyed(KeyScope.room(purge.room())));
    var removing = written(purge.at(Status.REMOVING), changes);
    parts.removal().forget(purge.roomNumber());
    return removing;
  }

  private Purge remove(Purge purge) {
    var rows = parts.store().rowsOf(purge.roomNumber(), purge.room(), ROWS);
    if (!rows.keys().isEmpty())
      return written(
          purge.removed(rows.keys().size()),
          List.of(new PurgeChange.RemoveRows(rows.table(), rows.keys())));
    // What arrived at the last moment may have made a key once more.
    var ended =
        written(purge.at(Status.COMPLETE), List.of(new KeysDestroyed(KeyScope.room(purge.room()))));
    parts.removal().open(purge.room());
    return ended;
  }

  private Purge failed(Purge purge, String why) {
    var detail = purge.detail();
    var failed =
        purge.with(new Detail(detail.kicked(), detail.failedToKick(), detail.aliases(), why));
    return written(failed.at(Status.FAILED), List.of());
  }

  /// Waits until the portion is durable, so that no more than one is in the ledger.
  private Purge written(Purge purge, List<Change> changes) {
    var now = purge.status().isEnd() ? purge.ended(purge.status(), parts.clock().millis()) : purge;
    var all = new ArrayList<>(changes);
    all.add(new PurgeChange.Progress(now));
    parts.ledger().write(Entry.of(Lane.BULK, all));
    return now;
  }
}
