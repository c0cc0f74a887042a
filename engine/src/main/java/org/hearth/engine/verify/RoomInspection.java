package org.hearth.engine.verify;

import java.util.Optional;
import org.hearth.engine.room.RoomStore;
import org.hearth.engine.room.ServerKeys;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// What an administrator may ask about a stored room.
///
/// @param keys what can be had to check signatures: from other servers, or only stored ones
public record RoomInspection(RoomRows rows, RoomStore store, ServerKeys keys, ServerName us) {

  /// A verification at its beginning; empty if the room is not stored.
  public Optional<RoomVerification> verify(RoomId room) {
    return RoomVerification.of(room, rows, store, keys, us);
  }

  /// Why the state has an entry; empty if the room is not stored.
  ///
  /// @param at asks about the state before this event; empty for the current state
  public Optional<Explanation> explain(RoomId room, StateKey key, Optional<EventId> at) {
    return StateExplanation.of(room, key, at.orElse(null), rows, store);
  }
}
