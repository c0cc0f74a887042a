package org.hearth.engine.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.hearth.schemas.crypto.Sha256;

/// The number under which a transaction id of a room is stored: half a day in the upper bits, so
/// that those of one time lie together and are forgotten together, and a hash below. Small, and the
/// same for everybody who asks.
///
/// Two ids with one number are possible (2^-47) and harmless: who finds a number compares the id
/// that the event has.
public final class TransactionKey {
  private static final int HASH_BITS = 47;
  private static final long SLOTS = 1L << 63 - HASH_BITS;
  private static final long SLOT_MS = Duration.ofHours(12).toMillis();

  /// 2020-01-01: the slots last until 2064 and begin anew then.
  private static final long BEGINNING_MS = 1_577_836_800_000L;

  /// How many slots back an id is still recognised: at least a day.
  private static final int KEPT = 2;

  private TransactionKey() {}

  /// @param atMs when the event was made
  public static long of(RoomKey room, TransactionId id, long atMs) {
    return slot(atMs) << HASH_BITS | hash(room, id);
  }

  /// All numbers that the id may have if it is not forgotten, newest first.
  public static long[] recent(RoomKey room, TransactionId id, long nowMs) {
    long hash = hash(room, id);
    var keys = new long[KEPT + 2];
    // Also the next one: the clock may have been set back meanwhile.
    for (int i = 0; i < keys.length; i++)
      keys[i] = slot(nowMs + (1L - i) * SLOT_MS) << HASH_BITS | hash;
    return keys;
  }

  /// The least number of the slot that the moment is in.
  public static long from(long atMs) {
    return slot(atMs) << HASH_BITS;
  }

  /// The part that does not depend on time.
  public static long hash(long key) {
    return key & (1L << HASH_BITS) - 1;
  }

  static long hash(RoomKey room, TransactionId id) {
    var text = id.userId() + "\0" + id.deviceId() + "\0" + id.id() + "\0" + room.number();
    return hash(ByteBuffer.wrap(Sha256.of(text.getBytes(UTF_8))).getLong());
  }

  private static long slot(long atMs) {
    return Math.floorMod(Math.floorDiv(atMs - BEGINNING_MS, SLOT_MS), SLOTS);
  }
}
