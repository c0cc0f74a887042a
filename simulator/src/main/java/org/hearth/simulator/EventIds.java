package org.hearth.simulator;

import org.hearth.schemas.crypto.Base64Unpadded;
import org.hearth.schemas.room.EventIdFormat;
import org.hearth.schemas.room.RoomRules;

/// Names of events that do not exist.
final class EventIds {
  private EventIds() {}

  static String fresh(RoomRules rules, Chance chance) {
    byte[] hash = new byte[32];
    chance.secure().nextBytes(hash);
    return "$"
        + (rules.eventIdFormat() == EventIdFormat.HASH_STANDARD_BASE64
            ? Base64Unpadded.encode(hash)
            : Base64Unpadded.encodeUrlSafe(hash));
  }
}
