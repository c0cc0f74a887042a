package org.hearth.engine.room;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.hearth.engine.room.RoomChange.AppendEvent;
import org.hearth.engine.room.RoomChange.ApplyRedaction;
import org.hearth.engine.room.RoomChange.Entrance;
import org.hearth.ledger.Change;
import org.hearth.ledger.Effect;
import org.hearth.ledger.Entry;
import org.hearth.ledger.Lane;
import org.hearth.ledger.Ledger;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.ServerName;
import org.jspecify.annotations.Nullable;

/// The one place where a room grows.
///
/// Building reads the *tentative* snapshot, which includes what is queued in the ledger; everybody
/// else reads the *committed* one, which moves when an entry is durable. When an entry fails, the
/// generation rises: everything queued upon it fails as well, and building starts again from the
/// committed snapshot. An entry that the ledger does not even take harms nothing that waits.
final class RoomWriter {
  /// Transaction ids remembered beside those that are queued, so that who looked into storage
  /// before they were durable finds them here.
  private static final int RECENT_TRANSACTIONS = 32;

  private static final int RECENT_GAPS = 1_000;

  private static final int RECENT_REDACTIONS = 1_000;

  private final RoomData data;
  private final ServerName us;
  private final Ledger ledger;
  private final InstantSource clock;

  /// Protects the tentative snapshot, the counters and the order of this room's entries in the
  /// ledger. Held while an entry is built, authorised and signed; never over network, waiting, or
  /// (but for a fact that the caches have just lost) a query. The ledger's thread takes it when an
  /// entry fails. Lock order: room, ledger.
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<TransactionId, EventId> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TransactionId, EventId> eldest) {
          return size() > queuedTransactions.get() + RECENT_TRANSACTIONS;
        }
      };
  private final AtomicInteger queuedTransactions = new AtomicInteger();

  /// Predecessors that were missing when an event was appended lately: what storage does not tell
  /// yet, or did not when it was asked.
  private final Map<EventId, RoomStore.Named> named =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EventId, RoomStore.Named> eldest) {
          return size() > RECENT_GAPS;
        }
      };

  /// Redactions that were appended lately, by what they redact, for the same reason.
  private final Map<EventId, Integer> redacting =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EventId, Integer> eldest) {
          return size() > RECENT_REDACTIONS;
        }
      };

  private final AtomicInteger queued = new AtomicInteger();
  private Snapshot tentative;
  private volatile Snapshot committed;
  private volatile long generation;
  private Lane lane = Lane.INTERACTIVE;
  private int lastOrdinal;
  private int lastKey;
  private boolean retired;

  /// Whether the room is known to storage, and whether it will be once what is queued is written.
  private volatile boolean stored;

  private boolean started;

  private volatile long lastUsed;

  /// What was built, and when it is durable.
  record Queued<T>(T value, CompletableFuture<Long> durable) {

    /// Waits. Throws the [LedgerException].
    T await() {
      try {
        durable.join();
        return value;
      } catch (CompletionException e) {
        if (e.getCause() instanceof LedgerException why) throw why;
        throw e;
      }
    }
  }

  /// This writer was dropped from memory; another one has taken its place.
  static final class Retired extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// @param stored false for a room that nobody knows yet
  RoomWriter(
      RoomData data,
      Snapshot committed,
      int lastOrdinal,
      int lastKey,
      boolean stored,
      ServerName us,
      Ledger ledger,
      InstantSource clock) {
    this.stored = stored;
    this.started = stored;
    this.data = data;
    this.us = us;
    this.ledger = ledger;
    this.clock = clock;
    this.lastUsed = clock.millis();
    this.tentative = committed;
    this.committed = committed;
    this.lastOrdinal = lastOrdinal;
    this.lastKey = lastKey;
  }

  RoomData data() {
    return data;
  }

  RoomKey key() {
    return data.key();
  }

  ServerName us() {
    return us;
  }

  Snapshot committed() {
    lastUsed = clock.millis();
    return committed;
  }

  /// To prepare outside the lock; may have moved on a moment later.
  Snapshot tentative() {
    lock.lock();
    try {
      return tentative;
    } finally {
      lock.unlock();
    }
  }

  /// Rises when something fails that others may be built upon, or when events are removed. Both
  /// parts only grow, so that the sum tells any change.
  long generation() {
    return generation + data.memory().removals(key());
  }

  long lastUsed() {
    return lastUsed;
  }

  /// Builds an entry and queues it. If the work refuses or throws, nothing is queued.
  ///
  /// @param wanted used if nothing of this room is queued; else the entry follows in the same lane,
  ///   since order is kept only within one
  <T> Outcome<Queued<T>> write(Lane wanted, Function<RoomEntry, Outcome<T>> work) {
    lastUsed = clock.millis();
    lock.lock();
    try {
      if (retired) throw new Retired();
      var entry = new RoomEntry(this, tentative);
      if (!started) entry.add(new RoomChange.StartRoom(key()));
      Outcome<T> outcome;
      try {
        outcome = work.apply(entry);
      } catch (RuntimeException | Error e) {
        entry.discard();
        throw e;
      }
      return switch (outcome) {
        case Outcome.Refused<T>(var refusal) -> {
          entry.discard();
          yield Outcome.refused(refusal);
        }
        case Outcome.Done<T>(var value) -> Outcome.done(new Queued<>(value, queue(entry, wanted)));
      };
    } finally {
      lock.unlock();
    }
  }

  /// [#write] of what was judged outside the lock, upon states that exist only as long as nothing
  /// failed. Throws [LedgerException.Superseded] if something did.
  <T> Outcome<Queued<T>> write(Lane wanted, long built, Function<RoomEntry, Outcome<T>> work) {
    return write(
        wanted,
        entry -> {
          if (built != generation()) throw new LedgerException.Superseded();
          return work.apply(entry);
        });
  }

  private CompletableFuture<Long> queue(RoomEntry entry, Lane wanted) {
    if (queued.getAndIncrement() == 0) lane = wanted;
    started = true;
    var changes = List.copyOf(entry.changes());
    // Before the ledger has it, which may refuse it at once: then it is forgotten at once.
    for (var change : changes)
      if (change instanceof AppendEvent append && append.event().transactionId() != null) {
        data.memory().sent().add(key(), append.event().transactionId(), clock.millis());
        queuedTransactions.incrementAndGet();
        recent.put(append.event().transactionId(), append.event().event().eventId());
      }
    long built = generation;
    var settled = new Settled(changes, tentative, entry.now(), built);
    tentative = entry.now();
    var done = ledger.append(new Entry(lane, changes, () -> generation == built, settled));
    settled.offered = true;
    if (!done.isCompletedExceptionally()) noteLate(changes);
    return done;
  }

  /// What storage does not tell yet.
  private void noteLate(List<Change> changes) {
    for (var change : changes) {
      if (!(change instanceof AppendEvent append)) continue;
      var by =
          append.event().isAccepted() ? RoomStore.Named.BY_ACCEPTED : RoomStore.Named.BY_REFUSED;
      if (append.redaction() != null)
        redacting.putIfAbsent(append.redaction().target(), append.event().ordinal());
      for (var missing : append.missing()) named.merge(missing, by, RoomStore.Named::or);
    }
  }

  /// Moves what is committed, or falls back to it.
  private final class Settled implements Effect {
    private final List<Change> changes;
    private final Snapshot before;
    private final Snapshot after;
    private final long built;

    /// Whether others may be built upon it; protected by the room's lock.
    private boolean offered;

    Settled(List<Change> changes, Snapshot before, Snapshot after, long built) {
      this.changes = changes;
      this.before = before;
      this.after = after;
      this.built = built;
    }

    @Override
    public void committed(long firstPosition) {
      long position = committed.position();
      var redactions = new ArrayList<int[]>();
      for (int i = 0; i < changes.size(); i++) {
        switch (changes.get(i)) {
          case AppendEvent append -> {
            boolean live = append.entrance() == Entrance.LIVE;
            if (live) position = firstPosition + i;
            data.committed(append, live ? append.event().at(position) : append.event());
            if (append.event().transactionId() != null) queuedTransactions.decrementAndGet();
            var note = append.redaction();
            if (note != null && note.applied() != 0)
              redactions.add(new int[] {note.applied(), append.event().ordinal()});
          }
          case ApplyRedaction apply ->
              redactions.add(new int[] {apply.target(), apply.redaction()});
          case RoomChange.RemoveContent remove ->
              redactions.add(new int[] {remove.ordinal(), ContentRemoval.EXPIRED});
          default -> {}
        }
      }
      for (var redaction : redactions) data.memory().redacted(key(), redaction[0], redaction[1]);
      committed = after.at(position);
      stored = true;
      queued.decrementAndGet();
    }

    @Override
    public void failed(LedgerException why) {
      lock.lock();
      try {
        for (var change : changes) {
          if (!(change instanceof AppendEvent append)) continue;
          data.forget(append);
          if (append.event().transactionId() == null) continue;
          recent.remove(append.event().transactionId());
          queuedTransactions.decrementAndGet();
        }
        queued.decrementAndGet();
        if (generation != built) return;
        if (offered) {
          generation = built + 1;
          tentative = committed;
          // Whatever was judged by them is judged again.
          named.clear();
          redacting.clear();
        } else {
          // The ledger did not take it (it is full, or closed): nothing is built upon it.
          tentative = before;
        }
        // A room that was never stored is not there, unless what begins it still waits.
        if (!stored && (offered || queued.get() == 0)) retired = true;
      } finally {
        lock.unlock();
      }
    }
  }

  // For the entry in the making, under the lock.

  RoomStore.Named named(EventId missing) {
    return named.getOrDefault(missing, RoomStore.Named.BY_NOBODY);
  }

  /// Ordinal of a redaction of the event that may not be durable yet; 0 if there is none.
  int redacting(EventId target) {
    return redacting.getOrDefault(target, 0);
  }

  int nextOrdinal() {
    return ++lastOrdinal;
  }

  int nextKey() {
    return ++lastKey;
  }

  /// The event that the device sent under this transaction id not long ago.
  @Nullable EventId sent(TransactionId transactionId) {
    lock.lock();
    try {
      return recent.get(transactionId);
    } finally {
      lock.unlock();
    }
  }

  /// Nobody may build through this writer any more; false if something is queued.
  boolean retire() {
    if (!lock.tryLock()) return false;
    try {
      if (queued.get() > 0) return false;
      retired = true;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
