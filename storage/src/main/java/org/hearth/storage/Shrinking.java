package org.hearth.storage;

/// How long checkpoints go on rewriting H2's file while nothing is written: until most of it is in
/// use, or until all that is in use was written anew and nothing was gained. Chunks become fewer
/// first, and then the holes that they left go to the end of the file, which is cut off. After that
/// not before there is notably more to gain: a server to which somebody writes now and then must
/// not write its whole file each time.
final class Shrinking {
  /// So much of the file in use is well, in percent.
  private static final int USED = 60;

  /// Less is no gain, in percent of what there was.
  private static final int GAIN = 1;

  /// A rewritten chunk comes free two checkpoints later, so that a few may seem to do nothing.
  private static final int FEWEST = 8;

  private final long bytesEach;

  /// Zero before the first time.
  private long smallest;

  /// The same of what chunks take.
  private long leastTaken;

  private long vain;

  /// How much of the file was not in use when it became no smaller; negative while it is tried.
  private long left = -1;

  /// @param bytesEach how much one checkpoint rewrites
  Shrinking(long bytesEach) {
    this.bytesEach = bytesEach;
  }

  /// Of a file, in bytes.
  ///
  /// @param taken by chunks; the rest are holes
  /// @param used of that, by pages that were not replaced
  record Usage(long size, long taken, long used) {}

  /// Whether one more checkpoint is worth it.
  boolean goesOn(Usage now) {
    long size = now.size();
    long unused = size - now.used();
    if (now.used() * 100 >= size * USED) {
      begin();
      return false;
    }
    if (left >= 0) {
      left = Math.min(left, unused);
      if (unused <= left + size / 8) return false;
      begin();
    }
    boolean smaller = isGain(size, smallest);
    boolean fewer = isGain(now.taken(), leastTaken);
    if (smaller) smallest = size;
    if (fewer) leastTaken = now.taken();
    if (smaller || fewer) {
      vain = 0;
      return true;
    }
    if (++vain <= FEWEST + now.used() / bytesEach) return true;
    left = unused;
    return false;
  }

  private static boolean isGain(long bytes, long least) {
    return least == 0 || bytes * 100 <= least * (100 - GAIN);
  }

  private void begin() {
    smallest = 0;
    leastTaken = 0;
    vain = 0;
    left = -1;
  }
}
