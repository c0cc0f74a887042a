package org.hearth.engine.room;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;

/// Which transaction ids certainly were not used before, so that storage is asked only about the
/// few that perhaps were: a Bloom filter of all that are stored and of all that were queued since.
///
/// Until [#complete] everything perhaps was. Two generations, of which the older one is dropped
/// after a day; each grows to half of its share of memory, beyond which more and more is "perhaps".
final class SentTransactions {
  private static final long FIRST_BITS = 1 << 20;
  private static final int GROWTH = 4;

  /// With four probes about one answer in a hundred is a needless "perhaps".
  private static final int BITS_PER_ID = 10;

  private static final int PROBES = 4;
  private static final long GENERATION_MS = Duration.ofHours(25).toMillis();

  private final long generationBytes;

  /// Protects everything below; held for moments.
  private final ReentrantLock lock = new ReentrantLock();

  private List<Filter> older = List.of();
  private List<Filter> newer = new ArrayList<>();
  private long begun = Long.MIN_VALUE;
  private boolean complete;

  SentTransactions(MemoryBudget budget) {
    generationBytes = budget.of(Share.TRANSACTION_IDS) / 2;
    budget.measure(Share.TRANSACTION_IDS, this::bytes);
  }

  private static final class Filter {
    final long[] words;
    int ids;

    Filter(int bits) {
      words = new long[bits / 64];
    }

    boolean full() {
      return ids >= words.length * 64L / BITS_PER_ID;
    }

    int bit(long hash, int probe) {
      long mixed = hash * 0x9E3779B97F4A7C15L + probe * (hash >>> 17 | 1) * 0xC2B2AE3D27D4EB4FL;
      return (int) ((mixed ^ mixed >>> 32) & words.length * 64L - 1);
    }

    boolean has(long hash) {
      for (int probe = 0; probe < PROBES; probe++) {
        int bit = bit(hash, probe);
        if ((words[bit >>> 6] & 1L << (bit & 63)) == 0) return false;
      }
      return true;
    }

    void add(long hash) {
      for (int probe = 0; probe < PROBES; probe++) {
        int bit = bit(hash, probe);
        words[bit >>> 6] |= 1L << (bit & 63);
      }
      ids++;
    }
  }

  /// False only if nobody sent anything under this id.
  boolean perhaps(RoomKey room, TransactionId id) {
    long hash = TransactionKey.hash(room, id);
    lock.lock();
    try {
      if (!complete) return true;
      for (var filter : newer) if (filter.has(hash)) return true;
      for (var filter : older) if (filter.has(hash)) return true;
      return false;
    } finally {
      lock.unlock();
    }
  }

  void add(RoomKey room, TransactionId id, long nowMs) {
    add(TransactionKey.hash(room, id), nowMs);
  }

  void add(long hash, long nowMs) {
    lock.lock();
    try {
      if (begun == Long.MIN_VALUE) begun = nowMs;
      if (complete && nowMs - begun > GENERATION_MS) {
        older = newer;
        newer = new ArrayList<>();
        begun = nowMs;
      }
      roomy().add(hash);
    } finally {
      lock.unlock();
    }
  }

  private Filter roomy() {
    if (newer.isEmpty())
      newer.add(new Filter((int) Math.clamp(powerOfTwo(8 * generationBytes), 64, FIRST_BITS)));
    var last = newer.getLast();
    long bits = last.words.length * 64L * GROWTH;
    if (last.full() && bytes(newer) + bits / 8 <= generationBytes && bits <= 1 << 30)
      newer.add(last = new Filter((int) bits));
    return last;
  }

  private static long powerOfTwo(long atMost) {
    return Long.highestOneBit(Math.max(atMost, 1));
  }

  /// Everything that is stored was added.
  void complete() {
    lock.lock();
    try {
      complete = true;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes(newer) + bytes(older);
    } finally {
      lock.unlock();
    }
  }

  private static long bytes(List<Filter> filters) {
    long bytes = 0;
    for (var filter : filters) bytes += filter.words.length * 8L;
    return bytes;
  }
}
