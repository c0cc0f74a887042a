package org.hearth.storage.copy;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes that grow, and numbers of seven bits a byte in them.
final class Bytes {
  private byte[] bytes = new byte[512];
  private int length;

  Bytes put(byte one) {
    reserve(1);
    bytes[length++] = one;
    return this;
  }

  Bytes put(byte[] some) {
    reserve(some.length);
    System.arraycopy(some, 0, bytes, length, some.length);
    length += some.length;
    return this;
  }

  /// The sign is folded into the lowest bit.
  Bytes number(long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    return put((byte) rest);
  }

  /// The length, then the bytes.
  Bytes sized(byte[] some) {
    return number(some.length).put(some);
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void reserve(int more) {
    if (length + more > bytes.length)
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
  }

  static long number(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) return (value >>> 1) ^ -(value & 1);
    }
    throw new IllegalStateException("A number in a row does not end.");
  }

  static byte[] sized(ByteBuffer in) {
    long length = number(in);
    if (length < 0 || length > in.remaining())
      throw new IllegalStateException("A value in a row is cut off.");
    var some = new byte[(int) length];
    in.get(some);
    return some;
  }
}
