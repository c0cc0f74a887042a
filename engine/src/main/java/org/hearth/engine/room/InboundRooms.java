package org.hearth.engine.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.room.RoomVersion;

/// What other servers ask of this one about rooms. The caller has authenticated `origin`;
/// everything else is checked here: the server ACL, whether `origin` is in the room and may see
/// what it asks for, and every event itself.
public interface InboundRooms {

  /// Takes a transaction's PDUs: what is well-formed and rightly signed is staged durably before
  /// this returns, and worked into its room soon after, in order. Idempotent by `origin` and
  /// `transactionId`.
  ///
  /// @return for each event id an empty string, or why it was refused
  Map<EventId, String> receive(ServerName origin, String transactionId, List<ObjectNode> pdus);

  /// @param template the unsigned event for `PUT /send_{join,leave,knock}`
  record Template(RoomVersion version, ObjectNode template) {}

  /// `membership` is `join`, `leave` or `knock`.
  ///
  /// @param supported the versions that the asking server knows; empty if it did not say (version
  ///   1)
  Outcome<Template> make(
      ServerName origin,
      String membership,
      RoomId roomId,
      UserId userId,
      Collection<String> supported);

  /// @param event the join with this server's signature where the room is restricted
  record JoinAnswer(
      ObjectNode event,
      List<ObjectNode> state,
      List<ObjectNode> authChain,
      boolean membersOmitted,
      List<ServerName> serversInRoom) {}

  Outcome<JoinAnswer> sendJoin(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event, boolean omitMembers);

  Outcome<Void> sendLeave(ServerName origin, RoomId roomId, EventId eventId, ObjectNode event);

  /// Answers the stripped state (full PDUs since v1.16) for the knocking user.
  Outcome<List<ObjectNode>> sendKnock(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event);

  /// Answers the invite with this server's signature added.
  Outcome<ObjectNode> invite(
      ServerName origin,
      RoomId roomId,
      EventId eventId,
      ObjectNode event,
      String version,
      List<ObjectNode> inviteRoomState);

  /// Events are given whole or redacted, as `origin` may see them.
  Optional<StoredEvent> event(ServerName origin, EventId eventId);

  record StateIds(List<EventId> state, List<EventId> authChain) {}

  Outcome<StateIds> stateIds(ServerName origin, RoomId roomId, EventId at);

  record State(List<ObjectNode> state, List<ObjectNode> authChain) {}

  Outcome<State> state(ServerName origin, RoomId roomId, EventId at);

  Outcome<List<ObjectNode>> eventAuth(ServerName origin, RoomId roomId, EventId eventId);

  Outcome<List<ObjectNode>> backfill(
      ServerName origin, RoomId roomId, Collection<EventId> from, int limit);

  Outcome<List<ObjectNode>> missingEvents(
      ServerName origin,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth);

  Outcome<StoredEvent> timestampToEvent(
      ServerName origin, RoomId roomId, long timestampMs, Timeline.Direction direction);

  /// Whether the room's `m.room.server_acl` lets the server take part; for EDUs.
  boolean allowedByAcl(ServerName server, RoomId roomId);
}
