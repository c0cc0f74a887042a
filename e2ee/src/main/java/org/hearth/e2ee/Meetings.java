package org.hearth.e2ee;

import java.util.List;
import java.util.Set;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Which users of this server came to share a room with which other servers; answered by the
/// engine's rooms from the committed view.
public interface Meetings {

  /// @param servers that did not share a room with the user before; one that did may be among them,
  ///   it only costs that server a query
  record Meeting(UserId user, Set<ServerName> servers) {}

  /// @param upTo the position to go on from; that of the question if there was nothing to look at
  record Page(List<Meeting> meetings, long upTo) {}

  /// What followed from the next at most `limit` changes of membership after a position.
  Page after(long position, int limit);
}
