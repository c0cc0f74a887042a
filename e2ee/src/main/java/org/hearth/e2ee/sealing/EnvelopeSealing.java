package org.hearth.e2ee.sealing;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.hearth.ledger.Effect;
import org.jspecify.annotations.Nullable;

/// [Sealing] with a key per scope and epoch, wrapped by a key that is derived from the master key.
///
/// New keys are kept here until storage has them durably ([#unsaved], [#saved]). A first key, made
/// on an empty database, is the canary: it is opened at each start and refuses another master key.
public final class EnvelopeSealing implements Sealing {
  private static final byte VERSION = 1;
  private static final KeyScope CANARY = new KeyScope("canary");

  /// Far below 2^32, where random nonces of one key could meet.
  private static final long MAX_USES = 1L << 30;

  private static final Duration MAX_AGE = Duration.ofDays(30);

  /// How many opened keys are kept, of those that storage has.
  private static final int CACHED = 20_000;

  private record Id(KeyScope scope, int epoch) {}

  private static final class EpochKey {
    final WrappedKey stored;
    final SecretKey key;
    final byte[] header;
    final AtomicLong uses = new AtomicLong();

    EpochKey(WrappedKey stored, SecretKey key) {
      this.stored = stored;
      this.key = key;
      header = header(stored.epoch());
    }
  }

  private final SecureRandom random = new SecureRandom();
  private final AesGcm gcm = new AesGcm();
  private final SecretKey wrapping;
  private final WrappedKeys stored;
  private final InstantSource clock;

  /// Protects the three maps; held while storage is asked for a key, so that two threads do not
  /// make two first keys.
  private final ReentrantLock lock = new ReentrantLock();

  private final LinkedHashMap<KeyScope, EpochKey> current = new LinkedHashMap<>(64, 0.75f, true);
  private final LinkedHashMap<Id, EpochKey> opened = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Id, EpochKey> unsaved = new LinkedHashMap<>();

  /// Throws [WrongMasterKey] if the stored keys were wrapped with another one.
  public EnvelopeSealing(MasterKey master, WrappedKeys stored, InstantSource clock) {
    this.wrapping = new SecretKeySpec(master.derive("key encryption"), "AES");
    this.stored = stored;
    this.clock = clock;
    var canary = stored.find(CANARY, 1);
    if (canary.isPresent()) unwrap(canary.get());
    else create(CANARY, 1);
  }

  @Override
  public byte[] seal(KeyScope scope, byte[] associatedData, byte[] plaintext) {
    var key = currentKey(scope);
    key.uses.incrementAndGet();
    return gcm.seal(key.key, key.header, associatedData, plaintext);
  }

  @Override
  public byte[] open(KeyScope scope, byte[] associatedData, byte[] sealed) {
    if (sealed.length < 2 || sealed[0] != VERSION)
      throw new CannotOpen("These bytes were not sealed.", null);
    int epoch = 0;
    int at = 1;
    for (int shift = 0; ; shift += 7) {
      if (at == sealed.length || shift > 28)
        throw new CannotOpen("These bytes were not sealed.", null);
      byte b = sealed[at++];
      epoch |= (b & 0x7F) << shift;
      if (b >= 0) break;
    }
    var plain = gcm.open(keyOf(scope, epoch).key, at, associatedData, sealed);
    if (plain == null) throw new CannotOpen("Sealed bytes were changed or belong elsewhere.", null);
    return plain;
  }

  /// Keys that storage does not have durably yet, in the order in which they were made.
  public List<WrappedKey> unsaved() {
    lock.lock();
    try {
      var keys = new ArrayList<WrappedKey>(unsaved.size());
      unsaved.values().forEach(key -> keys.add(key.stored));
      return keys;
    } finally {
      lock.unlock();
    }
  }

  /// Storage has these durably.
  public void saved(List<WrappedKey> keys) {
    lock.lock();
    try {
      for (var key : keys) {
        var id = new Id(key.scope(), key.epoch());
        var saved = unsaved.remove(id);
        if (saved != null) opened.put(id, saved);
      }
      trim();
    } finally {
      lock.unlock();
    }
  }

  /// The effect that belongs to [KeysDestroyed]: forgets the scope's keys in memory.
  public Effect forgetting(KeyScope scope) {
    return _ -> {
      lock.lock();
      try {
        current.remove(scope);
        opened.keySet().removeIf(id -> id.scope().equals(scope));
      } finally {
        lock.unlock();
      }
    };
  }

  private EpochKey currentKey(KeyScope scope) {
    lock.lock();
    try {
      var known = current.get(scope);
      if (known == null) {
        var latest = stored.latest(scope);
        known = latest.isPresent() ? remember(latest.get()) : create(scope, 1);
      }
      if (isWornOut(known)) known = create(scope, known.stored.epoch() + 1);
      current.put(scope, known);
      trim();
      return known;
    } finally {
      lock.unlock();
    }
  }

  private boolean isWornOut(EpochKey key) {
    return key.uses.get() >= MAX_USES
        || clock.millis() - key.stored.createdMs() > MAX_AGE.toMillis();
  }

  private EpochKey keyOf(KeyScope scope, int epoch) {
    var id = new Id(scope, epoch);
    lock.lock();
    try {
      var known = unsaved.get(id);
      if (known == null) known = opened.get(id);
      if (known == null)
        known =
            remember(
                stored
                    .find(scope, epoch)
                    .orElseThrow(
                        () ->
                            new CannotOpen(
                                "The key of these bytes does not exist, or was destroyed.", null)));
      trim();
      return known;
    } finally {
      lock.unlock();
    }
  }

  private EpochKey remember(WrappedKey wrapped) {
    var key = unwrap(wrapped);
    opened.put(new Id(wrapped.scope(), wrapped.epoch()), key);
    return key;
  }

  private EpochKey create(KeyScope scope, int epoch) {
    var secret = new byte[32];
    random.nextBytes(secret);
    var wrapped = gcm.seal(wrapping, new byte[] {VERSION}, place(scope, epoch), secret);
    var key =
        new EpochKey(
            new WrappedKey(scope, epoch, clock.millis(), wrapped),
            new SecretKeySpec(secret, "AES"));
    unsaved.put(new Id(scope, epoch), key);
    return key;
  }

  private EpochKey unwrap(WrappedKey wrapped) {
    byte @Nullable [] secret =
        gcm.open(wrapping, 1, place(wrapped.scope(), wrapped.epoch()), wrapped.wrapped());
    if (secret == null) throw new WrongMasterKey();
    return new EpochKey(wrapped, new SecretKeySpec(secret, "AES"));
  }

  private void trim() {
    while (current.size() > CACHED) current.pollFirstEntry();
    while (opened.size() > CACHED) opened.pollFirstEntry();
  }

  private static byte[] place(KeyScope scope, int epoch) {
    return (epoch + " " + scope.name()).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] header(int epoch) {
    var bytes = new byte[6];
    bytes[0] = VERSION;
    int length = 1;
    int rest = epoch;
    while (rest > 0x7F) {
      bytes[length++] = (byte) (rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return java.util.Arrays.copyOf(bytes, length);
  }
}
