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
    public Optional<WrappedKey> find(KeyScope scope, int epoch) {
      return Optional.ofNullable(keys.getOrDefault(scope, Map.of()).get(epoch));
    }
  }

  private final MasterKey master = MasterKey.random(new SecureRandom());
  private final Stored stored = new Stored();
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");
  private final EnvelopeSealing sealing = start();

  private EnvelopeSealing start() {
    return new EnvelopeSealing(master, stored, () -> now);
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
        new HashMap<>(Map.of(1, new WrappedKey(OTHER_ROOM, 1, key.createdMs(), key.wrapped()))));

    assertThatThrownBy(() -> start().seal(OTHER_ROOM, PLACE, WORDS))
        .isInstanceOf(WrongMasterKey.class);
  }

  @Test
  void anotherMasterKeyIsRefusedAtOnce() {
    stored.save(sealing);

    assertThatThrownBy(
            () -> new EnvelopeSealing(MasterKey.random(new SecureRandom()), stored, () -> now))
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

    stored.keys.remove(ROOM);
    sealing.forgetting(ROOM).committed(1);

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
}
