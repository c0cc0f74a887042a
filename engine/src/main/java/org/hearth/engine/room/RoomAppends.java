package org.hearth.engine.room;

import java.util.List;
import org.hearth.ledger.Change;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.room.RoomVersion;

/// The way of local events into rooms. Each method returns after the events are durable and
/// visible.
///
/// Drafts of one call are built on each other, authorised one after the other against the room's
/// tentative state, and become durable together or not at all. The encryption policy is checked by
/// the callers that face users, not here.
public interface RoomAppends {

  /// Starts a room. The first draft is `m.room.create`; in versions whose room id is the create
  /// event's hash, the id follows from it, else a random one is made.
  ///
  /// @param with further changes of the same entry (aliases, directory), made once the room id is
  ///   known
  Outcome<RoomId> create(
      RoomVersion version,
      List<Draft> drafts,
      java.util.function.Function<RoomId, List<Change>> with);

  /// Appends at the room's heads. Answers the ids in the order of the drafts; a draft whose
  /// transaction id was used before answers the earlier event and appends nothing. State drafts
  /// that change nothing (same sender, type, key and content) answer the present event's id.
  ///
  /// Refuses with `M_FORBIDDEN` and a sentence when the authorisation rules do, `M_NOT_FOUND` when
  /// this server is not in the room, `M_TOO_LARGE`, `M_BAD_JSON` (canonical JSON).
  Outcome<List<EventId>> append(RoomId roomId, List<Draft> drafts, List<Change> with);

  /// Builds and signs an event at the room's heads without appending it: for invites and others
  /// that a second server signs first. [#appendBuilt] takes it (any known prev_events are fine).
  Outcome<Event> build(RoomId roomId, Draft draft);

  Outcome<EventId> appendBuilt(Event event, List<Change> with);
}
