package org.hearth.e2ee.sealing;

import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;

/// What shares keys, and loses them together when it is purged.
///
/// @param name as stored: a letter for the kind, then the Matrix ID
public record KeyScope(String name) {
  private static final KeyScope SERVER = new KeyScope("s");
  private static final KeyScope MEDIA = new KeyScope("m");

  /// Payloads of a room's events.
  public static KeyScope room(RoomId room) {
    return new KeyScope("r" + room.value());
  }

  /// What belongs to one local account: profile, devices, account data.
  public static KeyScope account(UserId user) {
    return new KeyScope("a" + user.value());
  }

  /// One event's payload, where it must be possible to burn that alone.
  public static KeyScope event(EventId event) {
    return new KeyScope("e" + event.value());
  }

  /// What belongs to nobody in particular: queues, caches of other servers.
  public static KeyScope server() {
    return SERVER;
  }

  /// Keys of media files that other servers gave us.
  public static KeyScope media() {
    return MEDIA;
  }

  /// Keys of media files that a local user uploaded.
  public static KeyScope media(UserId uploader) {
    return new KeyScope("m" + uploader.value());
  }
}
