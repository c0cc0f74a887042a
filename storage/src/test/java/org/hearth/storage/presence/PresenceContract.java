package org.hearth.storage.presence;

import static org.assertj.core.api.Assertions.assertThat;

import org.hearth.engine.account.AccountChange;
import org.hearth.engine.presence.PresenceChange;
import org.hearth.engine.presence.PresenceState;
import org.hearth.engine.presence.PresenceStore.Noted;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

@ContractOf(StoredPresence.class)
abstract class PresenceContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");
  private static final UserId BOB = UserId.parse("@bob:a.example");

  @Test
  void theLastNoteCountsAndItsStatusIsSealed() {
    var presence = new StoredPresence(storage().database(), storage().sealing());
    write(new PresenceChange(new Noted(ALICE, PresenceState.ONLINE, "Zu Tisch\0", 1)));
    write(new PresenceChange(new Noted(BOB, PresenceState.UNAVAILABLE, null, 2)));
    assertThat(presence.present(10)).extracting(Noted::userId).containsExactly(ALICE, BOB);
    assertThat(presence.present(1)).hasSize(1);
    assertThat(presence.of(ALICE))
        .contains(new Noted(ALICE, PresenceState.ONLINE, "Zu Tisch\0", 1));

    write(new PresenceChange(new Noted(ALICE, PresenceState.OFFLINE, "weg", 3)));
    assertThat(presence.of(ALICE)).contains(new Noted(ALICE, PresenceState.OFFLINE, "weg", 3));
    assertThat(presence.present(10)).extracting(Noted::userId).containsExactly(BOB);
  }

  @Test
  void itGoesWithTheAccount() {
    var presence = new StoredPresence(storage().database(), storage().sealing());
    write(new PresenceChange(new Noted(ALICE, PresenceState.ONLINE, "hi", 1)));
    write(new AccountChange.Deactivated(ALICE, false));
    assertThat(presence.of(ALICE)).isEmpty();
  }
}
