package org.hearth.engine.room;

import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.Redaction;
import org.jspecify.annotations.Nullable;

/// "3. Passes hash checks, otherwise it is redacted before being processed further."
final class ContentHashCheck {
  private ContentHashCheck() {}

  static Event check(Event event) {
    return EventHashes.contentHashMatches(event) ? event : Redaction.redact(event);
  }

  /// The whole one of two copies, if one is whole. History comes redacted from servers that think
  /// that this one may not see it, and may have come whole before, with the state or for what it
  /// authorises.
  ///
  /// @param copy after [#check]
  /// @param known the event as it is stored here; null if it is not
  static Event best(Event copy, @Nullable RoomEvent known) {
    if (known == null || EventHashes.contentHashMatches(copy)) return copy;
    return EventHashes.contentHashMatches(known.event()) ? known.event() : copy;
  }
}
