package org.hearth.e2ee.sealing;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// [Sealing] with a key per scope and epoch, wrapped by one of the [RootKeys].
///
/// New keys are kept here until storage has them durably ([#unsaved], [#saved]). A first key, made
/// on an empty database, is the canary: it is opened at each start and refuses other root keys.
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
  private final RootKeys roots;
  private final WrappedKeys stored;
  private final InstantSource clock;

  /// Protects the maps, and which root key is the current one; held while storage is asked for a
  /// key, so that two threads do not make two first keys.
  private final ReentrantLock lock = new ReentrantLock();

  private final LinkedHashMap<KeyScope, EpochKey> current = new LinkedHashMap<>(64, 0.75f, true);
  private final LinkedHashMap<Id, EpochKey> opened = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<Id, EpochKey> unsaved = new LinkedHashMap<>();

  /// Scopes that are being destroyed, and up to which epoch: bounded by what one batch destroys.
  private final Map<KeyScope, Integer> retired = new LinkedHashMap<>();

  /// Keys that were made before are not used for sealing any more.
  private long renewedMs;

  /// Throws [WrongMasterKey] if the stored keys were wrapped with another one.
  public EnvelopeSealing(RootKeys roots, WrappedKeys stored, InstantSource clock) {
    this.roots = roots;
    this.stored = stored;
    this.clock = clock;
    var canary = stored.find(CANARY, 1);
    if (canary.isPresent()) unwrap(canary.get());
    else create(CANARY, 1);
    renewedMs = stored.latest(CANARY).map(WrappedKey::createdMs).orElse(Long.MIN_VALUE);
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

  /// Begins to destroy the keys that the scope has now; what is sealed from now on gets a new one.
  /// Called while the rows of a [KeysDestroyed] are written.
  ///
  /// @return up to which epoch the keys are to be deleted; [#destroyed] says that they are
  public int retire(KeyScope scope) {
    lock.lock();
    try {
      int last = retired.getOrDefault(scope, 0);
      var known = current.remove(scope);
      if (known != null) last = Math.max(last, known.stored.epoch());
      last = Math.max(last, stored.latest(scope).map(WrappedKey::epoch).orElse(0));
      for (var id : unsaved.keySet())
        if (id.scope().equals(scope)) last = Math.max(last, id.epoch());
      retired.put(scope, last);
      return last;
    } finally {
      lock.unlock();
    }
  }

  /// The scope's keys up to this epoch are deleted durably: forgets them in memory too.
  public void destroyed(KeyScope scope, int lastEpoch) {
    lock.lock();
    try {
      for (int epoch = 1; epoch <= lastEpoch; epoch++) {
        opened.remove(new Id(scope, epoch));
        unsaved.remove(new Id(scope, epoch));
      }
      retired.remove(scope, lastEpoch);
    } finally {
      lock.unlock();
    }
  }

  /// Ends the current epoch of every scope: what is sealed from now on gets new keys, and what was
  /// sealed before stays readable. A new canary notes when; it is durable with the next batch.
  public void renewEpochs() {
    lock.lock();
    try {
      var canary = newest(CANARY);
      renewedMs = create(CANARY, canary == null ? 1 : canary.stored.epoch() + 1).stored.createdMs();
    } finally {
      lock.unlock();
    }
  }

  /// Begins to wrap new keys by a new root key. Call it once the file has that durably.
  public void wrapBy(RootKeys withNew) {
    lock.lock();
    try {
      roots.become(withNew);
    } finally {
      lock.unlock();
    }
  }

  /// The number of the root key that wraps new keys.
  public int wrapping() {
    return roots.current();
  }

  /// Keys that an older root key wraps, wrapped anew; a portion of at most `limit`. Empty when none
  /// is left, and none is on its way to storage either.
  public Optional<List<KeyRewrapped>> rewrapped(int limit) {
    int now = roots.current();
    lock.lock();
    try {
      boolean waiting = unsaved.values().stream().anyMatch(key -> key.stored.wrapping() < now);
      var found = stored.wrappedBefore(now, limit);
      if (found.isEmpty() && !waiting) return Optional.empty();
      return Optional.of(
          found.stream()
              .map(
                  key ->
                      new KeyRewrapped(
                          wrap(key.scope(), key.epoch(), key.createdMs(), unwrap(key).key),
                          key.wrapping()))
              .toList());
    } finally {
      lock.unlock();
    }
  }

  private EpochKey currentKey(KeyScope scope) {
    lock.lock();
    try {
      var known = current.get(scope);
      if (known == null) {
        int gone = retired.getOrDefault(scope, 0);
        var latest = newest(scope);
        known = latest == null || latest.stored.epoch() <= gone ? create(scope, gone + 1) : latest;
      }
      if (isWornOut(known)) known = create(scope, known.stored.epoch() + 1);
      current.put(scope, known);
      trim();
      return known;
    } finally {
      lock.unlock();
    }
  }

  /// Also one that is not durable yet.
  private @Nullable EpochKey newest(KeyScope scope) {
    EpochKey newest = null;
    for (var key : unsaved.values())
      if (key.stored.scope().equals(scope)
          && (newest == null || newest.stored.epoch() < key.stored.epoch())) newest = key;
    if (newest != null) return newest;
    return stored.latest(scope).map(this::remember).orElse(null);
  }

  private boolean isWornOut(EpochKey key) {
    return key.uses.get() >= MAX_USES
        || key.stored.createdMs() < renewedMs
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
    var opened = new SecretKeySpec(secret, "AES");
    var key = new EpochKey(wrap(scope, epoch, clock.millis(), opened), opened);
    unsaved.put(new Id(scope, epoch), key);
    return key;
  }

  private WrappedKey wrap(KeyScope scope, int epoch, long createdMs, SecretKey key) {
    int number = roots.current();
    var wrapping = roots.wrapping(number).orElseThrow();
    var wrapped = gcm.seal(wrapping, new byte[] {VERSION}, place(scope, epoch), key.getEncoded());
    return new WrappedKey(scope, epoch, createdMs, number, wrapped);
  }

  private EpochKey unwrap(WrappedKey wrapped) {
    var wrapping = roots.wrapping(wrapped.wrapping()).orElseThrow(WrongMasterKey::new);
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
