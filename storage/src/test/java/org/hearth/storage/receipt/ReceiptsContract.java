package org.hearth.storage.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import org.hearth.engine.receipt.Receipt;
import org.hearth.engine.receipt.ReceiptSet;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@ContractOf({StoredReceipts.class})
abstract class ReceiptsContract extends StorageTest {
  private static final RoomId ROOM = RoomId.parse("!room:a.example");
  private static final UserId ALICE = UserId.parse("@alice:a.example");
  private static final UserId BOB = UserId.parse("@bob:b.example");

  private static ReceiptSet read(UserId user, @Nullable String thread, String event) {
    return new ReceiptSet(
        new Receipt(ROOM, user, Receipt.READ, thread, EventId.parse(event), 5, 0));
  }

  @Test
  void aReceiptTakesThePlaceOfTheEarlierOneOfItsThread() {
    var receipts = new StoredReceipts(storage().database());
    write(read(ALICE, null, "$one"));
    write(read(ALICE, "main", "$two"));
    write(read(ALICE, null, "$three"));

    assertThat(receipts.of(ALICE, ROOM))
        .extracting(receipt -> receipt.threadId() + " " + receipt.eventId())
        .containsExactlyInAnyOrder("null $three", "main $two");
    assertThat(receipts.of(BOB, ROOM)).isEmpty();
  }

  @Test
  void receiptsAreAnsweredByTheirPosition() {
    var receipts = new StoredReceipts(storage().database());
    write(read(ALICE, null, "$one"));
    var first = receipts.of(ALICE, ROOM).getFirst().position();
    write(read(BOB, null, "$one"));
    var second = receipts.of(BOB, ROOM).getFirst().position();

    assertThat(receipts.changed(ROOM, 0, second)).hasSize(2);
    assertThat(receipts.changed(ROOM, first, second))
        .extracting(Receipt::userId)
        .containsExactly(BOB);
    assertThat(receipts.changed(ROOM, 0, first)).hasSize(1);
    assertThat(receipts.changed(RoomId.parse("!other:a.example"), 0, second)).isEmpty();
  }
}
