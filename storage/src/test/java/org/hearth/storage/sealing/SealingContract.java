package org.hearth.storage.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.security.SecureRandom;
import java.util.List;
import org.hearth.e2ee.sealing.CannotOpen;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.e2ee.sealing.RootKeysRotated;
import org.hearth.engine.profile.ProfileChange;
import org.hearth.ledger.Change;
import org.hearth.ledger.Entry;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.hearth.storage.account.StoredProfiles;
import org.junit.jupiter.api.Test;

/// Keys in the database: destroyed, and wrapped anew.
@ContractOf({StoredSealingKeys.class})
abstract class SealingContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:one.example");
  private static final KeyScope SCOPE = KeyScope.account(ALICE);
  private static final byte[] PLACE = "place".getBytes(UTF_8);
  private static final byte[] WORDS = "words".getBytes(UTF_8);

  private StoredSealingKeys keys() {
    return new StoredSealingKeys(storage().database());
  }

  private static ProfileChange name(String name) {
    return new ProfileChange(ALICE, "displayname", new TextNode(name));
  }

  @Test
  void destroyedKeysAreGoneFromMemoryAndDatabaseWithTheCommit() {
    var sealed = storage().sealing().seal(SCOPE, PLACE, WORDS);
    write(name("Alice"));
    assertThat(storage().sealing().open(SCOPE, PLACE, sealed)).isEqualTo(WORDS);

    write(new KeysDestroyed(SCOPE));

    assertThat(keys().latest(SCOPE)).isEmpty();
    assertThatThrownBy(() -> storage().sealing().open(SCOPE, PLACE, sealed))
        .isInstanceOf(CannotOpen.class);
    reopen();
    assertThatThrownBy(() -> storage().sealing().open(SCOPE, PLACE, sealed))
        .isInstanceOf(CannotOpen.class);
  }

  /// The keys are not durable yet when they are destroyed.
  @Test
  void keysOfTheSameBatchAreDestroyedAsWell() {
    var sealed = storage().sealing().seal(SCOPE, PLACE, WORDS);
    var first = ledger().append(Entry.interactive(name("Alice")));
    var second = ledger().append(Entry.interactive(new KeysDestroyed(SCOPE)));
    ledger().step();
    first.join();
    second.join();

    assertThat(keys().latest(SCOPE)).isEmpty();
    assertThatThrownBy(() -> storage().sealing().open(SCOPE, PLACE, sealed))
        .isInstanceOf(CannotOpen.class);
  }

  @Test
  void whatIsWrittenInTheScopeAfterwardsHasAKeyOfItsOwn() {
    write(name("Alice"));
    var destroying = ledger().append(Entry.interactive(new KeysDestroyed(SCOPE)));
    var later = ledger().append(Entry.interactive(name("Somebody else")));
    ledger().step();
    destroying.join();
    later.join();

    reopen();
    var profiles = new StoredProfiles(storage().database(), storage().sealing());
    assertThat(profiles.profile(ALICE).path("displayname").asText()).isEqualTo("Somebody else");
    assertThat(keys().latest(SCOPE))
        .hasValueSatisfying(key -> assertThat(key.epoch()).isEqualTo(2));
  }

  @Test
  void everyKeyIsWrappedAnewAndNotedWhenOneWasDestroyed() {
    write(name("Alice"));
    var sealing = storage().sealing();
    int before = sealing.wrapping();
    assertThat(keys().destroyedUnder(before)).isFalse();
    write(new KeysDestroyed(KeyScope.server()));
    assertThat(keys().destroyedUnder(before)).isTrue();

    sealing.wrapBy(rootKeys().begun(new SecureRandom()));
    for (var portion = sealing.rewrapped(1); portion.isPresent(); portion = sealing.rewrapped(1))
      write(portion.get().toArray(Change[]::new));

    assertThat(keys().wrappedBefore(before + 1, 10)).isEmpty();
    var profiles = new StoredProfiles(storage().database(), sealing);
    assertThat(profiles.profile(ALICE).path("displayname").asText()).isEqualTo("Alice");
    assertThat(storage().renewJournal(List.of(new byte[32]))).isTrue();
    write(new RootKeysRotated(before + 1));
    assertThat(keys().destroyedUnder(before + 1)).isFalse();
  }
}
