package org.hearth.storage.receipt;

import java.util.List;
import org.hearth.engine.receipt.ReceiptSet;
import org.hearth.storage.Topic;
import org.hearth.storage.rows.Table;

/// The rows of receipts.
public final class ReceiptTopic {
  private static final Table RECEIPTS =
      Table.of(
          "receipt",
          List.of("room_id", "user_id", "kind", "thread"),
          "event_id",
          "read_ms",
          "position");

  private ReceiptTopic() {}

  public static Topic topic() {
    return Topic.named("receipts")
        .change(
            ReceiptSet.class,
            (set, rows) -> {
              var receipt = set.change().receipt();
              rows.upsert(
                  RECEIPTS,
                  receipt.roomId().value(),
                  receipt.userId().value(),
                  receipt.type(),
                  receipt.threadId() == null ? "" : receipt.threadId(),
                  receipt.eventId().value(),
                  receipt.timestampMs(),
                  set.position());
            });
  }
}
