package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Reads who is in which room. Histories exist for local users only.
public interface MembershipStore {

  List<UserRooms.UserRoom> of(UserId user);

  Optional<UserRooms.UserRoom> in(UserId user, RoomId room);

  /// With `after < position <= upTo`, oldest first.
  List<UserRooms.UserRoom> changes(UserId user, long after, long upTo);

  /// The last change up to a position.
  Optional<UserRooms.UserRoom> at(UserId user, RoomId room, long position);

  /// Position of the user's last join.
  OptionalLong lastJoin(UserId user, RoomId room);

  /// Position of the first change after a position.
  OptionalLong firstChangeAfter(UserId user, RoomId room, long position);

  List<UserId> joined(RoomId room, ServerName server);

  /// All members that the server ever had in the room.
  List<UserId> ever(RoomId room, ServerName server, int limit);

  Set<UserId> sharing(UserId user);

  /// Those of the candidates who share a joined room with the user. Storage asks about them alone.
  default Set<UserId> sharing(UserId user, Collection<UserId> candidates) {
    var sharing = new TreeSet<>(sharing(user));
    sharing.retainAll(candidates);
    return sharing;
  }

  /// Rooms of this server that a user of any server is joined to.
  List<RoomId> roomsWith(UserId user);

  /// What was told about a room that this server is not in, as received.
  Optional<List<ObjectNode>> stripped(UserId user, RoomId room);

  /// Who came into a room at a position: local users whose membership is `join` by it, and servers
  /// that had no member there.
  record Arrivals(long position, RoomId room, List<UserId> users, List<ServerName> servers) {}

  /// The next positions at which somebody came, in order.
  List<Arrivals> arrivals(long after, int limit);

  /// Servers that have had members in a room without interruption since a position or longer.
  Set<ServerName> serversIn(RoomId room, long since);

  /// Servers in the rooms that a local user has been joined to without any change since before a
  /// position, which are there since before it too.
  Set<ServerName> serversBefore(UserId user, long position);

  /// The same from the other side: users of the local server.
  Set<UserId> usersBefore(ServerName server, ServerName local, long position);
}
