package org.hearth.engine.room;

import java.util.List;
import java.util.Set;
import org.hearth.schemas.id.ServerName;

/// Reads what other servers must be told.
public interface OutgoingStore {

  /// @param servers with joined members at the event, before or after it; this one included
  record Row(long position, RoomKey room, int ordinal, Set<ServerName> servers) {}

  /// With `after < position <= upTo`, oldest first.
  List<Row> outgoing(long after, long upTo, int limit);

  /// The same, of rooms that the server was in at the event.
  List<Row> outgoing(ServerName server, long after, long upTo, int limit);
}
