package org.hearth.storage.journal;

import java.util.Arrays;

/// Bytes that grow, to be used again for the next record: a record is as large as a batch, and
/// there may be hundreds of them in a second.
final class RecordBytes {
  private static final int FIRST = 1 << 16;

  /// What a single large batch needed is not kept.
  private static final int KEPT = 1 << 22;

  private byte[] bytes = new byte[FIRST];
  private int length;

  void clear() {
    length = 0;
    if (bytes.length > KEPT) bytes = new byte[FIRST];
  }

  /// Room for so many bytes more, behind those that are there.
  void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length)
      bytes =
          Arrays.copyOf(bytes, (int) Math.clamp(2L * bytes.length, needed, Integer.MAX_VALUE - 8));
  }

  void put(int one) {
    if (length == bytes.length) reserve(1);
    bytes[length++] = (byte) one;
  }

  void put(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }
}
