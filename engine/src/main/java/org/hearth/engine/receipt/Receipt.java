package org.hearth.engine.receipt;

import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// How far somebody has read.
///
/// @param type `m.read` or `m.read.private`
/// @param threadId `main` or a thread's root; null for a receipt that is not of a thread
/// @param timestampMs when it was read
/// @param position of the change that set it; 0 before it is written
public record Receipt(
    RoomId roomId,
    UserId userId,
    String type,
    @Nullable String threadId,
    EventId eventId,
    long timestampMs,
    long position) {
  public static final String READ = "m.read";
  public static final String READ_PRIVATE = "m.read.private";
}
