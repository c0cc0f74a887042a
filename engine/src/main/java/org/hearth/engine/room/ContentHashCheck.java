package org.hearth.engine.room;

import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventHashes;
import org.hearth.schemas.event.Redaction;

/// "3. Passes hash checks, otherwise it is redacted before being processed further."
final class ContentHashCheck {
  private ContentHashCheck() {}

  static Event check(Event event) {
    return EventHashes.contentHashMatches(event) ? event : Redaction.redact(event);
  }
}
