package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// What federation has to send: accepted local events by stream position, with the servers that
/// were in the room at that event (before or after it, so that the kicked hear of it too). The
/// follower keeps the cursor.
public interface OutgoingEvents {

  record Outgoing(long position, RoomId roomId, EventId eventId, Set<ServerName> destinations) {}

  /// Oldest first, at most `limit`, `after < position <= upTo`.
  List<Outgoing> after(long position, long upTo, int limit);

  /// For one destination that was away: the same, only for it.
  List<Outgoing> after(ServerName destination, long position, long upTo, int limit);

  /// The federation form of the events, in the given order; those that are gone are left out.
  List<ObjectNode> federationForm(List<EventId> eventIds);
}
