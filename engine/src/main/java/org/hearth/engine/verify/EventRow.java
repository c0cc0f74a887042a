package org.hearth.engine.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.engine.room.StoredEvent.Standing;
import org.hearth.schemas.id.EventId;
import org.jspecify.annotations.Nullable;

/// A stored event as its row has it, before anything of it is believed.
///
/// @param auth ordinals of its auth events as far as they are known
/// @param sealed whether the row has a sealed half
/// @param json both halves joined; only the clear one if the other cannot be opened, null if even
///   that is no JSON object
/// @param unreadable why something of it cannot be read; null if all of it can
public record EventRow(
    int ordinal,
    EventId id,
    long position,
    Standing standing,
    @Nullable String rejectedFor,
    long depth,
    long originMs,
    long stateBefore,
    long stateAfter,
    long roomState,
    List<Integer> auth,
    int redactedBy,
    boolean sealed,
    @Nullable ObjectNode json,
    @Nullable String unreadable) {

  public EventRow {
    auth = List.copyOf(auth);
  }
}
