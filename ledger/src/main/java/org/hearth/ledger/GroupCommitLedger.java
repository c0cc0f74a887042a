package org.hearth.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Group commit: what was appended while the last batch was written becomes the next batch.
///
/// [#step] writes one batch; the loop that calls it lives in the server (or in a test, or in a
/// simulator). One batch is in flight at a time, so commit order is position order.
public final class GroupCommitLedger implements Ledger {

  /// @param queuedChanges how many changes may wait in all before [LedgerException.Full]
  /// @param batchChanges how many a batch takes; a single larger entry still goes in one batch of
  ///   its own
  /// @param bulkChanges how many of them may come from [Lane#BULK]
  public record Limits(int queuedChanges, int batchChanges, int bulkChanges) {
    public static final Limits DEFAULT = new Limits(100_000, 2_000, 500);
  }

  private record Pending(Entry entry, CompletableFuture<Long> done) {
    int size() {
      return Math.max(1, entry.changes().size());
    }
  }

  private final BatchWriter writer;
  private final Limits limits;
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();

  /// Protects the queues and `closed`; held for moments only, never while writing or running
  /// effects.
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition arrived = lock.newCondition();
  private final Map<Lane, ArrayDeque<Pending>> queues = new EnumMap<>(Lane.class);
  private int queued;
  private boolean closed;

  /// Only touched by the thread in [#step].
  private long lastPosition;

  private long lastBatch;
  private volatile long committed;

  public GroupCommitLedger(BatchWriter writer, Limits limits) {
    this.writer = writer;
    this.limits = limits;
    for (var lane : Lane.values()) queues.put(lane, new ArrayDeque<>());
    var resume = writer.resume();
    lastPosition = resume.lastPosition();
    lastBatch = resume.lastBatch();
    committed = lastPosition;
  }

  @Override
  public CompletableFuture<Long> append(Entry entry) {
    var pending = new Pending(entry, new CompletableFuture<>());
    var refusal = enqueue(pending);
    if (refusal != null) fail(pending, refusal);
    return pending.done();
  }

  private @Nullable LedgerException enqueue(Pending pending) {
    lock.lock();
    try {
      if (closed) return new LedgerException.Unavailable("The server is stopping.", null);
      // An entry larger than the whole queue is taken by an empty queue only.
      if (queued > 0 && queued + pending.size() > limits.queuedChanges())
        return new LedgerException.Full();
      queue(pending.entry().lane()).add(pending);
      queued += pending.size();
      arrived.signal();
      return null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long committed() {
    return committed;
  }

  @Override
  public void listen(CommitListener listener) {
    listeners.add(listener);
  }

  /// How many changes wait.
  public int queued() {
    lock.lock();
    try {
      return queued;
    } finally {
      lock.unlock();
    }
  }

  /// Waits until something is queued or the ledger is closed. False once it is closed and drained.
  public boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (queued == 0 && !closed) arrived.await();
      return queued > 0;
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more entries; what is queued is still written by further steps.
  public void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Writes one batch of what waits. False if nothing waited.
  public boolean step() {
    var taken = take();
    if (taken.isEmpty()) return false;
    var valid = new ArrayList<Pending>(taken.size());
    for (var pending : taken) {
      if (pending.entry().valid().getAsBoolean()) valid.add(pending);
      else fail(pending, new LedgerException.Superseded());
    }
    if (!valid.isEmpty()) write(valid);
    return true;
  }

  private List<Pending> take() {
    lock.lock();
    try {
      var taken = new ArrayList<Pending>();
      var room = limits.batchChanges();
      for (var lane : Lane.values()) {
        var laneRoom = lane == Lane.BULK ? Math.min(room, limits.bulkChanges()) : room;
        var queue = queue(lane);
        while (!queue.isEmpty() && (queue.element().size() <= laneRoom || taken.isEmpty())) {
          var pending = queue.remove();
          taken.add(pending);
          queued -= pending.size();
          laneRoom -= pending.size();
          room -= pending.size();
        }
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<Pending> entries) {
    var first = new ArrayList<Long>(entries.size());
    var batch = number(entries, first);
    try {
      writer.write(batch);
    } catch (LedgerException.Refused refused) {
      if (entries.size() == 1) fail(entries.getFirst(), refused);
      else oneByOne(entries);
      return;
    } catch (LedgerException why) {
      entries.forEach(pending -> fail(pending, why));
      return;
    }
    publish(entries, first, batch);
  }

  /// Bad data fails its own entry only.
  private void oneByOne(List<Pending> entries) {
    for (var pending : entries) {
      if (pending.entry().valid().getAsBoolean()) write(List.of(pending));
      else fail(pending, new LedgerException.Superseded());
    }
  }

  private Batch number(List<Pending> entries, List<Long> firstPositions) {
    var numbered = new ArrayList<List<Positioned<?>>>(entries.size());
    for (var pending : entries) {
      firstPositions.add(lastPosition + 1);
      var changes = new ArrayList<Positioned<?>>(pending.entry().changes().size());
      for (var change : pending.entry().changes())
        changes.add(new Positioned<>(++lastPosition, change));
      numbered.add(changes);
    }
    return new Batch(++lastBatch, numbered);
  }

  private void publish(List<Pending> entries, List<Long> first, Batch batch) {
    for (int i = 0; i < entries.size(); i++)
      entries.get(i).entry().effect().committed(first.get(i));
    committed = lastPosition;
    for (var listener : listeners) listener.committed(committed, batch);
    for (int i = 0; i < entries.size(); i++) {
      var pending = entries.get(i);
      var size = pending.entry().changes().size();
      pending.done().complete(size == 0 ? committed : first.get(i) + size - 1);
    }
  }

  private ArrayDeque<Pending> queue(Lane lane) {
    return Objects.requireNonNull(queues.get(lane));
  }

  private static void fail(Pending pending, LedgerException why) {
    pending.entry().effect().failed(why);
    pending.done().completeExceptionally(why);
  }
}
