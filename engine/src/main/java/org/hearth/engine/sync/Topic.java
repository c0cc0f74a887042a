package org.hearth.engine.sync;

import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// What a device may want to hear of. A committed change concerns some topics; a device that waits
/// has subscribed to its own.
public sealed interface Topic {
  /// Events of a room.
  record Events(RoomId roomId) implements Topic {}

  /// Receipts in a room; also who types in it, and whose presence changed.
  record Receipts(RoomId roomId) implements Topic {}

  /// Account data and memberships of a user.
  record User(UserId userId) implements Topic {}

  /// To-device messages and key counts of one device.
  record Device(UserId userId, String deviceId) implements Topic {}

  /// Device lists of anybody: rare enough that all who wait look.
  record DeviceLists() implements Topic {}
}
