package org.hearth.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hearth.engine.directory.PutAlias;
import org.hearth.engine.directory.RemoveAlias;
import org.hearth.engine.directory.SetPublished;
import org.hearth.ledger.LedgerException;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

@ContractOf({StoredDirectory.class})
abstract class DirectoryContract extends StorageTest {
  private static final RoomId ROOM = RoomId.parse("!room:a.example");
  private static final RoomId OTHER = RoomId.parse("!other:a.example");
  private static final RoomAlias TEA = RoomAlias.parse("#tea:a.example");
  private static final RoomAlias COFFEE = RoomAlias.parse("#coffee:a.example");
  private static final UserId ALICE = UserId.parse("@alice:a.example");

  @Test
  void anAliasPointsToOneRoom() {
    var directory = new StoredDirectory(storage().database());
    write(new PutAlias(TEA, ROOM, ALICE));
    write(new PutAlias(COFFEE, ROOM, ALICE));

    assertThat(directory.alias(TEA).orElseThrow().roomId()).isEqualTo(ROOM);
    assertThat(directory.aliases(ROOM)).containsExactly(TEA, COFFEE);
    assertThatThrownBy(() -> write(new PutAlias(TEA, OTHER, ALICE)))
        .isInstanceOf(LedgerException.Refused.class);

    write(new RemoveAlias(TEA), new PutAlias(TEA, OTHER, ALICE));
    assertThat(directory.alias(TEA).orElseThrow().roomId()).isEqualTo(OTHER);
    assertThat(directory.aliases(ROOM)).containsExactly(COFFEE);
  }

  @Test
  void aPublishedRoomStaysPublishedUntilItIsNot() {
    var directory = new StoredDirectory(storage().database());
    write(new SetPublished(ROOM, true));
    write(new SetPublished(OTHER, true));
    assertThat(directory.published()).containsExactly(ROOM, OTHER);
    assertThat(directory.published(ROOM)).isTrue();

    write(new SetPublished(ROOM, false));
    assertThat(directory.published(ROOM)).isFalse();
    assertThat(directory.published()).containsExactly(OTHER);
  }
}
