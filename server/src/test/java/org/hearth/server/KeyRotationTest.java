package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.e2ee.sealing.EnvelopeSealing;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.e2ee.sealing.MasterKey;
import org.hearth.e2ee.sealing.RecoveryRecipient;
import org.hearth.e2ee.sealing.RootKeys;
import org.hearth.e2ee.sealing.WrappedKey;
import org.hearth.e2ee.sealing.WrappedKeys;
import org.hearth.e2ee.sealing.WrongMasterKey;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;
import org.hearth.server.KeyRotation.Step;
import org.hearth.server.config.Config;
import org.hearth.server.config.ConfigReader;
import org.hearth.storage.account.StoredProfiles;
import org.hearth.storage.sealing.StoredSealingKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rotation of the keys, with a stop between every two steps.
class KeyRotationTest {
  /// More than two portions.
  private static final int USERS = 450;

  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path directory;
  private final List<String> settings = new ArrayList<>();

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A server without its faces.
  private final class Opened implements AutoCloseable {
    final DataDirectory data;
    final Keys keys;
    final StorageParts parts;
    final Config config;

    Opened() throws Exception {
      config = ConfigReader.read("", "the test", directory, settings);
      data = DataDirectory.open(config.dataDirectory());
      try {
        keys = Keys.open(config, data, RANDOM, Map.of());
        parts =
            StorageParts.open(
                config, keys.roots().keys(), InstantSource.system(), new SimpleMeterRegistry());
        keys.proven();
      } catch (StartFailure e) {
        data.close();
        throw e;
      }
    }

    KeyRotation rotation(KeyRotation.Witness witness) {
      return new KeyRotation(
          keys.masterKey(),
          new KeyRotation.Places(
              Optional.of(config.masterKey().path()), keys.roots(), keys.recovery()),
          parts.storage(),
          parts.ledger(),
          RANDOM,
          witness);
    }

    void write(int from, int to) {
      var changes = new ArrayList<Change>();
      for (int i = from; i < to; i++)
        changes.add(new ProfileChange(user(i), "displayname", new TextNode("name " + i)));
      parts.ledger().write(changes.toArray(Change[]::new));
    }

    void check(int users) {
      var profiles = new StoredProfiles(parts.storage().database(), parts.storage().sealing());
      for (int i = 0; i < users; i++)
        assertThat(profiles.profile(user(i)).path("displayname").asText()).isEqualTo("name " + i);
    }

    @Override
    public void close() {
      parts.close();
      data.close();
    }
  }

  private static UserId user(int number) {
    return UserId.parse("@user" + number + ":localhost");
  }

  private Path data(String name) {
    return directory.resolve("data").resolve(name);
  }

  private MasterKey masterKey() throws IOException {
    return MasterKey.parse(Files.readString(data("master.key")));
  }

  @ParameterizedTest
  @EnumSource
  void aStopAfterAnyStepLosesNothingAndTheNextStartGoesOn(Step last) throws Exception {
    MasterKey old;
    try (var server = new Opened()) {
      server.write(0, USERS);
      old = server.keys.masterKey();
      var rotation =
          server.rotation(
              step -> {
                if (step == last) throw new Stopped();
              });
      assertThatThrownBy(() -> rotation.rotate(true)).isInstanceOf(Stopped.class);
      // It goes on serving, with whatever keys it has.
      server.check(USERS);
      server.write(USERS, USERS + 1);
    }
    try (var server = new Opened()) {
      server.check(USERS + 1);
      var rotation = server.rotation(_ -> {});
      if (rotation.unfinished()) rotation.resume();
      assertThat(rotation.unfinished()).isFalse();
      server.check(USERS + 1);
    }
    try (var server = new Opened()) {
      server.check(USERS + 1);
      assertThat(server.keys.masterKey().fingerprint()).isNotEqualTo(old.fingerprint());
      assertThat(server.keys.roots().keys().rotating()).isFalse();
      assertThat(server.keys.roots().keys().current()).isEqualTo(2);
    }
    onlyTheNewKeyOpens(old);
  }

  private void onlyTheNewKeyOpens(MasterKey old) throws Exception {
    var roots = Files.readString(data("root.keys"));
    assertThat(RootKeys.open(roots, List.of(old))).isEmpty();
    assertThat(data("root.keys.old")).doesNotExist();
    assertThat(data("master.key.next")).doesNotExist();
    var kept = KeyRotation.kept(data("master.key"), old);
    assertThat(MasterKey.parse(Files.readString(kept)).text()).isEqualTo(old.text());
    var right = Files.readString(data("master.key"));
    Files.writeString(data("master.key"), old.text());
    assertThatThrownBy(Opened::new)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("does not belong to this data");
    Files.writeString(data("master.key"), right);
    // Nobody needs the old one.
    Files.delete(kept);
    new Opened().close();
  }

  /// The old root keys, and with them a stolen disk and the old master key, open nothing that is
  /// written later.
  @Test
  void theOldRootKeysOpenNothingAfterwards() throws Exception {
    RootKeys stolen;
    try (var server = new Opened()) {
      server.write(0, 3);
      stolen =
          RootKeys.open(Files.readString(data("root.keys")), List.of(server.keys.masterKey()))
              .orElseThrow()
              .keys();
      server.rotation(_ -> {}).rotate(true);
      server.write(3, 4);
    }
    var config = ConfigReader.read("", "the test", directory, settings);
    assertThatThrownBy(
            () ->
                StorageParts.open(
                    config, stolen, InstantSource.system(), new SimpleMeterRegistry()))
        .isInstanceOf(StartFailure.class);
  }

  @Test
  void onlyTheRootKeysAreRotatedAfterKeysWereDestroyed() throws Exception {
    try (var server = new Opened()) {
      server.write(0, 3);
      var rotation = server.rotation(_ -> {});
      assertThat(rotation.due()).isFalse();
      server.parts.ledger().write(new KeysDestroyed(KeyScope.account(user(1))));
      assertThat(rotation.due()).isTrue();
      var master = server.keys.masterKey().fingerprint();

      rotation.rotate(false);

      assertThat(rotation.due()).isFalse();
      assertThat(rotation.progress().masterKey()).isEqualTo(master);
      assertThat(rotation.progress().rootKey()).isEqualTo(2);
    }
    new Opened().close();
  }

  /// A database does not overwrite what it deletes. Once the root keys were rotated, nothing that
  /// is on the disk opens what it left behind, and no backup made from then on does.
  @Test
  void whatTheDatabaseLeavesOfADestroyedKeyIsClosed() throws Exception {
    try (var server = new Opened()) {
      server.write(0, 3);
      var scope = KeyScope.account(user(1));
      var left =
          new StoredSealingKeys(server.parts.storage().database()).latest(scope).orElseThrow();
      var sealed = server.parts.storage().sealing().seal(scope, new byte[0], new byte[] {1});
      server.parts.ledger().write(new KeysDestroyed(scope));
      assertThat(remnant(left).open(scope, new byte[0], sealed)).isEqualTo(new byte[] {1});

      server.rotation(_ -> {}).rotate(false);

      assertThatThrownBy(() -> remnant(left)).isInstanceOf(WrongMasterKey.class);
    }
  }

  /// What somebody reads who has the disk and the master key.
  private EnvelopeSealing remnant(WrappedKey left) throws IOException {
    var roots =
        RootKeys.open(Files.readString(data("root.keys")), List.of(masterKey()))
            .orElseThrow()
            .keys();
    var sealing =
        new EnvelopeSealing(
            roots,
            new WrappedKeys() {
              @Override
              public Optional<WrappedKey> latest(KeyScope scope) {
                return Optional.of(left).filter(key -> key.scope().equals(scope));
              }

              @Override
              public Optional<WrappedKey> find(KeyScope scope, int epoch) {
                return latest(scope);
              }

              @Override
              public List<WrappedKey> wrappedBefore(int wrapping, int limit) {
                return List.of();
              }
            },
            InstantSource.system());
    sealing.seal(left.scope(), new byte[0], new byte[0]);
    return sealing;
  }

  @Test
  void aMasterKeyThatWasChangedByHandTakesOverFromThePreviousOne() throws Exception {
    try (var server = new Opened()) {
      server.write(0, 3);
    }
    var old = Files.readString(data("master.key"));
    Files.writeString(directory.resolve("old.key"), old);
    Files.writeString(data("master.key"), MasterKey.random(RANDOM).text());
    assertThatThrownBy(Opened::new)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("master_key.previous_path");

    Files.writeString(directory.resolve("wrong.key"), MasterKey.random(RANDOM).text());
    settings.add("master_key.previous_path=wrong.key");
    assertThatThrownBy(Opened::new).hasMessageContaining("does not belong to this data");
    settings.set(0, "master_key.previous_path=old.key");
    try (var server = new Opened()) {
      server.check(3);
    }
    settings.clear();
    try (var server = new Opened()) {
      server.check(3);
    }
    Files.writeString(data("master.key"), old);
    assertThatThrownBy(Opened::new).hasMessageContaining("does not belong to this data");
  }

  /// Before there were root keys, everything followed from the master key.
  @Test
  void dataFromBeforeThereWereRootKeysIsTakenOver() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(data("master.key"), MasterKey.random(RANDOM).text());
    Files.writeString(data("some.file"), "of an earlier run");
    try (var server = new Opened()) {
      server.write(0, 3);
    }
    Files.delete(data("root.keys"));
    try (var server = new Opened()) {
      server.check(3);
      server.rotation(_ -> {}).rotate(true);
      server.check(3);
    }
    try (var server = new Opened()) {
      server.check(3);
    }
  }

  @Test
  void withoutItsRootKeysTheServerDoesNotStart() throws Exception {
    try (var server = new Opened()) {
      server.write(0, 3);
    }
    var roots = Files.readString(data("root.keys"));
    Files.delete(data("root.keys"));
    assertThatThrownBy(Opened::new)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("master key");
    assertThat(data("root.keys")).doesNotExist();
    Files.writeString(data("root.keys"), roots.substring(0, roots.length() - 9));
    assertThatThrownBy(Opened::new).isInstanceOf(StartFailure.class);
    Files.writeString(data("root.keys"), roots);
    try (var server = new Opened()) {
      server.check(3);
    }
  }

  @Test
  void theRecoveryCopyIsAlwaysOfThePresentKey() throws Exception {
    var pair = RecoveryRecipient.newKeyPair();
    settings.add("master_key.recovery_recipient='" + pair.recipient() + "'");
    var copy = data("master.key.recovery");
    try (var server = new Opened()) {
      assertThat(recovered(copy, pair)).containsExactly(masterKey().text());
      var during = new ArrayList<Integer>();
      server
          .rotation(
              step -> {
                try {
                  during.add(recovered(copy, pair).size());
                  assertThat(recovered(copy, pair)).contains(masterKey().text());
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              })
          .rotate(true);
      assertThat(during).contains(1, 2);
    }
    assertThat(recovered(copy, pair)).containsExactly(masterKey().text());
    // Another recipient gets a copy with the next start.
    var other = RecoveryRecipient.newKeyPair();
    settings.set(0, "master_key.recovery_recipient='" + other.recipient() + "'");
    new Opened().close();
    assertThat(recovered(copy, other)).containsExactly(masterKey().text());
  }

  private static List<String> recovered(Path copy, RecoveryRecipient.Pair pair) throws IOException {
    return RecoveryCopy.open(copy, pair.secret()).stream().map(MasterKey::text).toList();
  }
}
