package org.hearth.engine.room;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomAlias;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;
import org.jspecify.annotations.Nullable;

/// What the engine asks of other servers about rooms; the federation client answers. Blocks on
/// network: never called with a lock held. Answers are as the other server gave them, within size
/// limits, and **not** verified: the engine checks all. An unreachable server is a refusal with
/// `M_CONNECTION_FAILED` or `M_CONNECTION_TIMEOUT`; the other server's own refusal is passed on
/// with its code.
public interface RemoteRooms {

  /// @param template the unsigned event that the other server proposes
  record Made(RoomVersion version, ObjectNode template) {}

  /// `GET /_matrix/federation/v1/make_{join,leave,knock}`; `membership` is `join`, `leave` or
  /// `knock`.
  Outcome<Made> make(ServerName server, String membership, RoomId roomId, UserId userId);

  /// @param event the join as the resident server signed it, absent if unchanged
  record Joined(List<ObjectNode> state, List<ObjectNode> authChain, @Nullable ObjectNode event) {}

  Outcome<Joined> sendJoin(ServerName server, RoomId roomId, EventId eventId, ObjectNode event);

  Outcome<Void> sendLeave(ServerName server, RoomId roomId, EventId eventId, ObjectNode event);

  /// Answers `knock_room_state`.
  Outcome<List<ObjectNode>> sendKnock(
      ServerName server, RoomId roomId, EventId eventId, ObjectNode event);

  /// `PUT /v2/invite`; answers the event with the invited user's server's signature.
  Outcome<ObjectNode> invite(
      ServerName server,
      RoomId roomId,
      EventId eventId,
      ObjectNode event,
      RoomVersion version,
      List<ObjectNode> inviteRoomState);

  Outcome<List<ObjectNode>> missingEvents(
      ServerName server,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth);

  Outcome<List<ObjectNode>> backfill(
      ServerName server, RoomId roomId, Collection<EventId> from, int limit);

  Outcome<ObjectNode> event(ServerName server, EventId eventId);

  record StateIds(List<EventId> state, List<EventId> authChain) {}

  Outcome<StateIds> stateIds(ServerName server, RoomId roomId, EventId at);

  record State(List<ObjectNode> state, List<ObjectNode> authChain) {}

  Outcome<State> state(ServerName server, RoomId roomId, EventId at);

  Outcome<List<ObjectNode>> eventAuth(ServerName server, RoomId roomId, EventId eventId);

  record Nearest(EventId eventId, long originServerTs) {}

  Outcome<Nearest> timestampToEvent(
      ServerName server, RoomId roomId, long timestampMs, Timeline.Direction direction);

  record Alias(RoomId roomId, List<ServerName> servers) {}

  /// Asks the alias's own server.
  Outcome<Alias> alias(RoomAlias alias);

  /// `publicRooms` of another server, body and answer as in the specification.
  Outcome<JsonNode> publicRooms(ServerName server, ObjectNode request);

  /// `GET /hierarchy`, as answered.
  Outcome<JsonNode> hierarchy(ServerName server, RoomId roomId, boolean suggestedOnly);
}
