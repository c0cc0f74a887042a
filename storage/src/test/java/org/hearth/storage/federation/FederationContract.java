package org.hearth.storage.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.hearth.engine.federation.LearnedKey;
import org.hearth.engine.federation.SenderChange.CursorMoved;
import org.hearth.engine.federation.SenderChange.DestinationCaughtUp;
import org.hearth.engine.federation.SenderChange.DestinationLags;
import org.hearth.engine.federation.SenderStore;
import org.hearth.engine.federation.ServerKeysLearned;
import org.hearth.schemas.crypto.SigningKey;
import org.hearth.schemas.crypto.VerifyKey;
import org.hearth.schemas.id.ServerName;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

@ContractOf({StoredFederation.class})
abstract class FederationContract extends StorageTest {
  private static final ServerName PEER = new ServerName("peer.example:8448");
  private static final ServerName OTHER = new ServerName("other.example");

  private StoredFederation stored() {
    return new StoredFederation(storage().database());
  }

  private static VerifyKey key(String id) {
    return SigningKey.generate(id, new SecureRandom()).verifyKey();
  }

  @Test
  void remembersKeysAndTheNewestDocument() {
    assertThat(stored().find(PEER)).isEmpty();
    LearnedKey old = new LearnedKey(key("ed25519:old"), 100, false);
    write(new ServerKeysLearned(PEER, List.of(old), bytes("first"), 5));
    LearnedKey retired = new LearnedKey(old.key(), 90, true);
    LearnedKey current = new LearnedKey(key("ed25519:new"), 200, false);
    write(new ServerKeysLearned(PEER, List.of(current, retired), bytes("second"), 6));

    reopen();
    var known = stored().find(PEER).orElseThrow();
    assertThat(known.keys()).containsExactlyInAnyOrder(current, retired);
    assertThat(known.document()).isEqualTo(bytes("second"));
    assertThat(known.fetchedTs()).isEqualTo(6);
    assertThat(stored().find(OTHER)).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void remembersHowFarSendingGot() {
    assertThat(stored().cursor()).isZero();
    write(new CursorMoved(7), new DestinationLags(PEER, 3, 30), new DestinationLags(OTHER, 4, 40));
    write(new CursorMoved(9), new DestinationLags(PEER, 5, 50), new DestinationCaughtUp(OTHER));

    reopen();
    assertThat(stored().cursor()).isEqualTo(9);
    assertThat(stored().lagging())
        .containsExactly(java.util.Map.entry(PEER, new SenderStore.Lag(5, 50)));
  }
}
