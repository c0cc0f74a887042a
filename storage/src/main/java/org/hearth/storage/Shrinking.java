package org.hearth.storage;

/// How long checkpoints go on rewriting H2's file while nothing is written: until most of it is in
/// use, or until all that is in use was written anew and the file is no smaller. Then not before
/// there is notably more to gain: a server to which somebody writes now and then must not write its
/// whole file each time.
final class Shrinking {
  /// So much of the file in use is well, in percent.
  private static final int USED = 60;

  /// Less is no gain, in percent of the file.
  private static final int GAIN = 1;

  /// A rewritten chunk comes free two checkpoints later, so that a few may seem to do nothing.
  private static final int FEWEST = 8;

  private final long bytesEach;

  /// Zero before the first time.
  private long smallest;

  private long vain;

  /// How much of the file was not in use when it became no smaller; negative while it is tried.
  private long left = -1;

  /// @param bytesEach how much one checkpoint rewrites
  Shrinking(long bytesEach) {
    this.bytesEach = bytesEach;
  }

  /// Whether one more checkpoint is worth it.
  ///
  /// @param size of the file, in bytes
  /// @param used how much of it is in use
  boolean goesOn(long size, long used) {
    long unused = size - used;
    if (used * 100 >= size * USED) {
      begin();
      return false;
    }
    if (left >= 0) {
      left = Math.min(left, unused);
      if (unused <= left + size / 8) return false;
      begin();
    }
    if (smallest == 0 || size * 100 <= smallest * (100 - GAIN)) {
      smallest = size;
      vain = 0;
      return true;
    }
    if (++vain <= FEWEST + used / bytesEach) return true;
    left = unused;
    return false;
  }

  private void begin() {
    smallest = 0;
    vain = 0;
    left = -1;
  }
}
