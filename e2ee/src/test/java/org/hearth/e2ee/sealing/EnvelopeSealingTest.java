package org.hearth.e2ee.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.junit.jupiter.api.Test;

class EnvelopeSealingTest {
  private static final KeyScope ROOM = KeyScope.room(RoomId.parse("!room:one.example"));
  private static final KeyScope OTHER_ROOM = KeyScope.room(RoomId.parse("!other:one.example"));
  private static final KeyScope ALICE = KeyScope.account(UserId.parse("@alice:one.example"));
  private static final byte[] PLACE = "$event|content".getBytes(UTF_8);
  private static final byte[] WORDS = "words that a person wrote".getBytes(UTF_8);

  /// What is durable.
  private static final class Stored implements WrappedKeys {
    final Map<KeyScope, Map<Integer, WrappedKey>> keys = new HashMap<>();

    void save(EnvelopeSealing sealing) {
      var unsaved = sealing.unsaved();
      for (var key : unsaved)
        keys.computeIfAbsent(key.scope(), _ -> new HashMap<>()).put(key.epoch(), key);
      sealing.saved(unsaved);
    }

    @Override
    public Optional<WrappedKey> latest(KeyScope scope) {
      return keys.getOrDefault(scope, Map.of()).values().stream()
          .max(java.util.Comparator.comparingInt(WrappedKey::epoch));
    }

    @Override
    public List<WrappedKey> wrappedBefore(int wrapping, int limit) {
      return keys.values().stream()
          .flatMap(epochs -> epochs.values().stream())
          .filter(key -> key.wrapping() < wrapping)
          .limit(limit)
          .toList();
    }

    void rewrap(KeyRewrapped change) {
      var key = change.key();
      var there = keys.getOrDefault(key.scope(), new HashMap<>());
      var old = there.get(key.epoch());
      if (old != null && old.wrapping() == change.before()) there.put(key.epoch(), key);
    }

    @Override
    public Optional<WrappedKey> find(KeyScope scope, int epoch) {
      return Optional.ofNullable(keys.getOrDefault(scope, Map.of()).get(epoch));
    }
  }

  private final MasterKey master = MasterKey.random(new SecureRandom());
  private final Stored stored = new Stored();
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");
  private final EnvelopeSealing sealing = start();

  private EnvelopeSealing start() {
    return new EnvelopeSealing(RootKeys.derived(master), stored, () -> now);
  }

  @Test
  void whatWasSealedOpensAlsoAfterAStart() {
    var sealed = sealing.seal(ROOM, PLACE, WORDS);
    assertThat(sealing.open(ROOM, PLACE, sealed)).isEqualTo(WORDS);

    stored.save(sealing);
    assertThat(start().open(ROOM, PLACE, sealed)).isEqualTo(WORDS);
    assertThat(sealing.open(ROOM, PLACE, sealing.seal(ROOM, PLACE, new byte[0]))).isEmpty();
  }

  @Test
  void sealedBytesShowNothingAndAreNeverTheSame() {
    var seen = new HashSet<String>();
    for (int i = 0; i < 1000; i++) {
      var sealed = sealing.seal(ROOM, PLACE, WORDS);
      assertThat(new String(sealed, UTF_8)).doesNotContain("words", "person");
      assertThat(sealed).hasSize(WORDS.length + 30);
      seen.add(java.util.HexFormat.of().formatHex(sealed));
    }
    assertThat(seen).hasSize(1000);
  }

  @Test
  void everyChangedByteIsNoticed() {
    var sealed = sealing.seal(ROOM, PLACE, WORDS);
    for (int i = 0; i < sealed.length; i++) {
      var changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> sealing.open(ROOM, PLACE, changed)).isInstanceOf(CannotOpen.class);
    }
    for (int length = 0; length < sealed.length; length++) {
      var cut = java.util.Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> sealing.open(ROOM, PLACE, cut)).isInstanceOf(CannotOpen.class);
    }
  }

  @Test
  void sealedBytesOpenOnlyWhereTheyBelong() {
    var sealed = sealing.seal(ROOM, PLACE, WORDS);
    sealing.seal(OTHER_ROOM, PLACE, WORDS);

    assertThatThrownBy(() -> sealing.open(ROOM, "$other|content".getBytes(UTF_8), sealed))
        .isInstanceOf(CannotOpen.class);
    assertThatThrownBy(() -> sealing.open(OTHER_ROOM, PLACE, sealed))
        .isInstanceOf(CannotOpen.class);
    assertThatThrownBy(() -> sealing.open(ALICE, PLACE, sealed)).isInstanceOf(CannotOpen.class);
  }

  @Test
  void aStoredKeyOpensOnlyAtItsPlace() {
    sealing.seal(ROOM, PLACE, WORDS);
    stored.save(sealing);
    var key = stored.find(ROOM, 1).orElseThrow();
    stored.keys.put(
        OTHER_ROOM,
        new HashMap<>(Map.of(1, new WrappedKey(OTHER_ROOM, 1, key.createdMs(), 0, key.wrapped()))));

    assertThatThrownBy(() -> start().seal(OTHER_ROOM, PLACE, WORDS))
        .isInstanceOf(WrongMasterKey.class);
  }

  @Test
  void anotherMasterKeyIsRefusedAtOnce() {
    stored.save(sealing);

    assertThatThrownBy(
            () ->
                new EnvelopeSealing(
                    RootKeys.derived(MasterKey.random(new SecureRandom())), stored, () -> now))
        .isInstanceOf(WrongMasterKey.class);
    start();
  }

  @Test
  void aKeyStaysUnsavedUntilStorageHasIt() {
    sealing.seal(ROOM, PLACE, WORDS);
    var first = sealing.unsaved();
    assertThat(first).extracting(WrappedKey::scope).contains(ROOM);
    assertThat(sealing.unsaved()).isEqualTo(first);

    sealing.seal(ALICE, PLACE, WORDS);
    sealing.saved(first);
    assertThat(sealing.unsaved()).extracting(WrappedKey::scope).containsExactly(ALICE);
  }

  @Test
  void oldKeysAreReplacedAndStillOpen() {
    var old = sealing.seal(ROOM, PLACE, WORDS);
    stored.save(sealing);
    now = now.plus(Duration.ofDays(31));
    var fresh = sealing.seal(ROOM, PLACE, WORDS);
    stored.save(sealing);

    assertThat(stored.keys.get(ROOM)).containsOnlyKeys(1, 2);
    var restarted = start();
    assertThat(restarted.open(ROOM, PLACE, old)).isEqualTo(WORDS);
    assertThat(restarted.open(ROOM, PLACE, fresh)).isEqualTo(WORDS);
  }

  @Test
  void withoutItsKeysNothingOfAScopeOpens() {
    var lost = sealing.seal(ROOM, PLACE, WORDS);
    var kept = sealing.seal(ALICE, PLACE, WORDS);
    stored.save(sealing);

    int last = sealing.retire(ROOM);
    stored.keys.remove(ROOM);
    sealing.destroyed(ROOM, last);

    assertThatThrownBy(() -> sealing.open(ROOM, PLACE, lost)).isInstanceOf(CannotOpen.class);
    assertThat(sealing.open(ALICE, PLACE, kept)).isEqualTo(WORDS);
    // The room may be joined again, with keys that have nothing to do with the old ones.
    var again = sealing.seal(ROOM, PLACE, WORDS);
    assertThat(sealing.open(ROOM, PLACE, again)).isEqualTo(WORDS);
    assertThatThrownBy(() -> sealing.open(ROOM, PLACE, lost)).isInstanceOf(CannotOpen.class);
  }

  @Test
  void manyThreadsMakeOneFirstKey() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<byte[]>>();
      for (int i = 0; i < 200; i++) tasks.add(() -> sealing.seal(ROOM, PLACE, WORDS));
      for (var sealed : threads.invokeAll(tasks))
        assertThat(sealing.open(ROOM, PLACE, sealed.get())).isEqualTo(WORDS);
    }
    assertThat(sealing.unsaved().stream().filter(key -> key.scope().equals(ROOM))).hasSize(1);
  }

  @Test
  void theMasterKeyIsWrittenAndReadAsText() {
    assertThat(MasterKey.parse(" " + master.text() + "\n").derive("x"))
        .isEqualTo(master.derive("x"));
    assertThat(master.derive("x")).isNotEqualTo(master.derive("y"));
    assertThat(master.toString()).doesNotContain(master.text());
    assertThatThrownBy(() -> MasterKey.parse("too short")).hasMessageContaining("32 bytes");
  }

  @Test
  void aRecoveryRecipientGetsTheMasterKeyBack() {
    var pair = RecoveryRecipient.newKeyPair();
    var copy = RecoveryRecipient.of(pair.recipient()).wrap(master);

    assertThat(RecoveryRecipient.unwrap(pair.secret(), copy).derive("x"))
        .isEqualTo(master.derive("x"));
    assertThat(copy).doesNotContain(master.text());
    var other = RecoveryRecipient.newKeyPair();
    assertThatThrownBy(() -> RecoveryRecipient.unwrap(other.secret(), copy))
        .isInstanceOf(CannotOpen.class);
    for (var damaged :
        List.of(
            "",
            "x",
            copy.substring(4),
            copy.replace(copy.charAt(60), copy.charAt(60) == 'A' ? 'B' : 'A')))
      assertThatThrownBy(() -> RecoveryRecipient.unwrap(pair.secret(), damaged))
          .isInstanceOf(CannotOpen.class);
  }

  /// What is sealed while the destroying batch is on its way must not die with it.
  @Test
  void whatIsSealedWhileKeysAreDestroyedHasANewKey() {
    var lost = sealing.seal(ROOM, PLACE, WORDS);
    stored.save(sealing);
    sealing.seal(ALICE, PLACE, WORDS);

    int last = sealing.retire(ROOM);
    var meanwhile = sealing.seal(ROOM, PLACE, WORDS);
    assertThat(sealing.open(ROOM, PLACE, lost)).isEqualTo(WORDS);
    stored.keys.get(ROOM).keySet().removeIf(epoch -> epoch <= last);
    stored.save(sealing);
    sealing.destroyed(ROOM, last);

    assertThat(sealing.open(ROOM, PLACE, meanwhile)).isEqualTo(WORDS);
    assertThat(start().open(ROOM, PLACE, meanwhile)).isEqualTo(WORDS);
    assertThatThrownBy(() -> sealing.open(ROOM, PLACE, lost)).isInstanceOf(CannotOpen.class);
  }

  /// The batch that would have destroyed the keys may be refused; then nothing is lost.
  @Test
  void keysThatWereNotDestroyedAfterAllStillOpen() {
    var before = sealing.seal(ROOM, PLACE, WORDS);

    sealing.retire(ROOM);
    var after = sealing.seal(ROOM, PLACE, WORDS);
    stored.save(sealing);

    for (var one : List.of(sealing, start())) {
      assertThat(one.open(ROOM, PLACE, before)).isEqualTo(WORDS);
      assertThat(one.open(ROOM, PLACE, after)).isEqualTo(WORDS);
    }
  }

  @Test
  void everyKeyIsWrappedAnewInPortionsWhileBothRootKeysAreThere() {
    var roots = RootKeys.derived(master);
    var rotated = new EnvelopeSealing(roots, stored, () -> now);
    var old = new ArrayList<byte[]>();
    for (int room = 0; room < 10; room++) old.add(rotated.seal(room(room), PLACE, WORDS));
    stored.save(rotated);
    var waiting = rotated.seal(ALICE, PLACE, WORDS);

    var begun = roots.begun(new SecureRandom());
    rotated.wrapBy(begun);
    var fresh = rotated.seal(OTHER_ROOM, PLACE, WORDS);
    int portions = 0;
    for (var portion = rotated.rewrapped(4); portion.isPresent(); portion = rotated.rewrapped(4)) {
      assertThat(portion.get()).hasSizeLessThanOrEqualTo(4);
      portion.get().forEach(stored::rewrap);
      stored.save(rotated);
      // A start in between finds everything, with both keys.
      assertThat(new EnvelopeSealing(begun, stored, () -> now).open(room(0), PLACE, old.getFirst()))
          .isEqualTo(WORDS);
      assertThat(++portions).isLessThan(10);
    }

    var after = new EnvelopeSealing(begun.finished(), stored, () -> now);
    for (int room = 0; room < 10; room++)
      assertThat(after.open(room(room), PLACE, old.get(room))).isEqualTo(WORDS);
    assertThat(after.open(ALICE, PLACE, waiting)).isEqualTo(WORDS);
    assertThat(after.open(OTHER_ROOM, PLACE, fresh)).isEqualTo(WORDS);
    // The old one is of no use any more.
    assertThatThrownBy(() -> new EnvelopeSealing(RootKeys.derived(master), stored, () -> now))
        .isInstanceOf(WrongMasterKey.class);
  }

  private static KeyScope room(int number) {
    return KeyScope.room(RoomId.parse("!room" + number + ":one.example"));
  }

  /// Its number is free again when a key was destroyed while it was being wrapped anew.
  @Test
  void aKeyThatWasDestroyedMeanwhileDoesNotComeBack() {
    var roots = RootKeys.derived(master);
    var rotated = new EnvelopeSealing(roots, stored, () -> now);
    var lost = rotated.seal(ROOM, PLACE, WORDS);
    stored.save(rotated);
    rotated.wrapBy(roots.begun(new SecureRandom()));
    var portion = rotated.rewrapped(10).orElseThrow();

    int last = rotated.retire(ROOM);
    stored.keys.remove(ROOM);
    rotated.destroyed(ROOM, last);
    var again = rotated.seal(ROOM, PLACE, WORDS);
    stored.save(rotated);
    portion.forEach(stored::rewrap);

    var restarted = new EnvelopeSealing(roots, stored, () -> now);
    assertThat(restarted.open(ROOM, PLACE, again)).isEqualTo(WORDS);
    assertThatThrownBy(() -> restarted.open(ROOM, PLACE, lost)).isInstanceOf(CannotOpen.class);
  }

  @Test
  void anEpochEndsForAllScopesAlsoAfterAStart() {
    var old = sealing.seal(ROOM, PLACE, WORDS);
    stored.save(sealing);
    now = now.plus(Duration.ofSeconds(1));
    sealing.renewEpochs();
    stored.save(sealing);

    var restarted = start();
    restarted.seal(ROOM, PLACE, WORDS);
    restarted.seal(ROOM, PLACE, WORDS);
    stored.save(restarted);
    assertThat(stored.keys.get(ROOM)).containsOnlyKeys(1, 2);
    assertThat(restarted.open(ROOM, PLACE, old)).isEqualTo(WORDS);
  }
}
