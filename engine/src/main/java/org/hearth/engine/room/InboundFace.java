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

/// All that other servers may ask, by subject.
record InboundFace(
    InboundTransactions transactions,
    InboundMembers members,
    InboundHistory history,
    InboundAccess access)
    implements InboundRooms {

  @Override
  public Map<EventId, String> receive(
      ServerName origin, String transactionId, List<ObjectNode> pdus) {
    return transactions.receive(origin, transactionId, pdus);
  }

  @Override
  public Outcome<Template> make(
      ServerName origin,
      String membership,
      RoomId roomId,
      UserId userId,
      Collection<String> supported) {
    return members.make(origin, membership, roomId, userId, supported);
  }

  @Override
  public Outcome<JoinAnswer> sendJoin(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event, boolean omitMembers) {
    return members.sendJoin(origin, roomId, eventId, event);
  }

  @Override
  public Outcome<Void> sendLeave(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event) {
    return members.sendLeave(origin, roomId, eventId, event);
  }

  @Override
  public Outcome<List<ObjectNode>> sendKnock(
      ServerName origin, RoomId roomId, EventId eventId, ObjectNode event) {
    return members.sendKnock(origin, roomId, eventId, event);
  }

  @Override
  public Outcome<ObjectNode> invite(
      ServerName origin,
      RoomId roomId,
      EventId eventId,
      ObjectNode event,
      String version,
      List<ObjectNode> inviteRoomState) {
    return members.invite(origin, roomId, eventId, event, version, inviteRoomState);
  }

  @Override
  public Optional<StoredEvent> event(ServerName origin, EventId eventId) {
    return history.event(origin, eventId);
  }

  @Override
  public Outcome<StateIds> stateIds(ServerName origin, RoomId roomId, EventId at) {
    return history.stateIds(origin, roomId, at);
  }

  @Override
  public Outcome<State> state(ServerName origin, RoomId roomId, EventId at) {
    return history.state(origin, roomId, at);
  }

  @Override
  public Outcome<List<ObjectNode>> eventAuth(ServerName origin, RoomId roomId, EventId eventId) {
    return history.eventAuth(origin, roomId, eventId);
  }

  @Override
  public Outcome<List<ObjectNode>> backfill(
      ServerName origin, RoomId roomId, Collection<EventId> from, int limit) {
    return history.backfill(origin, roomId, from, limit);
  }

  @Override
  public Outcome<List<ObjectNode>> missingEvents(
      ServerName origin,
      RoomId roomId,
      Collection<EventId> earliest,
      Collection<EventId> latest,
      int limit,
      long minDepth) {
    return history.missingEvents(origin, roomId, earliest, latest, limit, minDepth);
  }

  @Override
  public Outcome<StoredEvent> timestampToEvent(
      ServerName origin, RoomId roomId, long timestampMs, Timeline.Direction direction) {
    return history.timestampToEvent(origin, roomId, timestampMs, direction);
  }

  @Override
  public boolean allowedByAcl(ServerName server, RoomId roomId) {
    return access.allowedByAcl(server, roomId);
  }
}
