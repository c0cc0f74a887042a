package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Membership of local users in rooms by way of other servers: where this server is not (or not
/// with enough power) in the room. The answers of the other servers are verified whole before
/// anything is stored; each method returns when the result is durable and visible.
public interface RemoteMemberships {

  /// [Joining](https://spec.matrix.org/v1.19/server-server-api/#joining-rooms) through the first
  /// server that can.
  ///
  /// @param content of the member event, with `membership` and profile;
  ///   `join_authorised_via_users_server` is taken from the other server's template
  Outcome<EventId> join(List<ServerName> servers, RoomId roomId, UserId userId, ObjectNode content);

  /// Knocks; the stripped state that is answered becomes readable through
  /// [UserRooms#strippedState].
  Outcome<EventId> knock(
      List<ServerName> servers, RoomId roomId, UserId userId, ObjectNode content);

  /// Rejects an invite or takes a knock back. When no server can be reached the invite is dropped
  /// here all the same.
  Outcome<EventId> leave(
      List<ServerName> servers, RoomId roomId, UserId userId, ObjectNode content);

  /// Has the invited user's server sign the invite, and appends it.
  Outcome<EventId> invite(ServerName server, Event event, List<Event> strippedState);
}
