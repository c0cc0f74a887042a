package org.hearth.engine.report;

import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// What somebody reported: a room, an event in it, or a user.
///
/// @param number by which it is closed; grows with time, 0 before it is stored
/// @param roomId null if a user is reported
/// @param eventId null if the room or a user is reported
/// @param userId who is reported; null if it is no user
/// @param reason in the reporter's words; null if none was given
public record Report(
    long number,
    UserId reporter,
    @Nullable RoomId roomId,
    @Nullable EventId eventId,
    @Nullable UserId userId,
    @Nullable String reason,
    long atMs) {

  /// What a person wrote stays out of logs.
  @Override
  public String toString() {
    return "Report[" + number + ", " + reporter + "]";
  }
}
