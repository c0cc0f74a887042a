package org.hearth.engine.room.state;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/// One node of a [StateTree]: up to 32 slots, of which only the taken ones are kept.
///
/// A leaf (level 0) holds event ordinals, any other node the ids of its children. 0 is an empty
/// slot.
public final class StateNode {
  static final int BITS = 5;
  static final int WIDTH = 1 << BITS;

  private final long id;
  private final int level;
  private final int taken;
  private final long[] values;

  private StateNode(long id, int level, int taken, long[] values) {
    this.id = id;
    this.level = level;
    this.taken = taken;
    this.values = values;
  }

  public static StateNode of(long id, int level, long[] slots) {
    int taken = 0;
    int count = 0;
    var values = new long[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      if (slots[i] == 0) continue;
      taken |= 1 << i;
      values[count++] = slots[i];
    }
    return new StateNode(id, level, taken, Arrays.copyOf(values, count));
  }

  /// Unique in its room.
  public long id() {
    return id;
  }

  public boolean isLeaf() {
    return level == 0;
  }

  /// Event ordinals of a leaf, ids of children otherwise; each is older than the node itself.
  public void forEach(LongConsumer visitor) {
    for (long value : values) visitor.accept(value);
  }

  /// 0 for a leaf.
  int level() {
    return level;
  }

  long get(int slot) {
    int bit = 1 << slot;
    return (taken & bit) == 0 ? 0 : values[Integer.bitCount(taken & (bit - 1))];
  }

  /// All 32, 0 where empty.
  long[] slots() {
    var slots = new long[WIDTH];
    for (int i = 0; i < WIDTH; i++) slots[i] = get(i);
    return slots;
  }

  /// Ids of the children, if this is no leaf.
  List<Long> children() {
    return Arrays.stream(values).boxed().toList();
  }

  /// Bytes in memory, roughly.
  public int weight() {
    return 48 + 8 * values.length;
  }

  /// Level, 32 bits that say which slots are taken, and for each value how much it is above the one
  /// before it: what is near each other was often made one after the other.
  void encode(ByteArrayOutputStream bytes) {
    bytes.write(level);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) bytes.write(taken >>> shift);
    long before = 0;
    for (long value : values) {
      long above = value - before;
      long rest = above << 1 ^ above >> 63;
      for (; (rest & ~0x7fL) != 0; rest >>>= 7) bytes.write((int) (rest & 0x7f | 0x80));
      bytes.write((int) rest);
      before = value;
    }
  }

  static StateNode decode(long id, ByteBuffer bytes) {
    int level = bytes.get();
    int taken = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE)
      taken |= (bytes.get() & 0xff) << shift;
    var values = new long[Integer.bitCount(taken)];
    long before = 0;
    for (int i = 0; i < values.length; i++) {
      long above = 0;
      byte next;
      int shift = 0;
      do {
        next = bytes.get();
        above |= (long) (next & 0x7f) << shift;
        shift += 7;
      } while (next < 0);
      before += above >>> 1 ^ -(above & 1);
      values[i] = before;
    }
    return new StateNode(id, level, taken, values);
  }
}
