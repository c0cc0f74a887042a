package org.hearth.engine.receipt;

import java.util.List;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// Reads what [ReceiptSet]s made durable.
public interface ReceiptStore {

  /// All present receipts of a room set with `after < position <= upTo`, by position.
  List<Receipt> changed(RoomId roomId, long after, long upTo);

  /// All present receipts of one user in a room, of all types and threads.
  List<Receipt> of(UserId userId, RoomId roomId);
}
