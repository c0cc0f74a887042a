package org.hearth.engine.room;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Reads other servers' events that are not worked in yet, and answers to their transactions.
public interface StagingStore {

  /// @param position in the order in which they came
  record Staged(
      RoomId room,
      EventId eventId,
      ServerName origin,
      byte[] pdu,
      long position,
      long receivedMs) {}

  /// Rooms with staged events.
  List<RoomId> rooms(int limit);

  /// After a position, in the order in which they came.
  List<Staged> staged(RoomId room, long after, int limit);

  /// Staged events of a room that wait for a key.
  Set<EventId> awaitingKeys(RoomId room);

  /// @param ofOrigin staged events of one server that wait for a key
  /// @param inRoom those of them that are of one room
  record AwaitingKeys(int ofOrigin, int inRoom) {}

  AwaitingKeys awaitingKeys(ServerName origin, RoomId room);

  /// @param server whose key it is
  record Awaited(ServerName server, Staged event) {}

  /// For each server whose key is waited for, its oldest event; those after a position, in order.
  List<Awaited> oldestAwaiting(long after, int limit);

  List<RoomId> roomsAwaiting(ServerName server, int limit);

  /// What a transaction was answered with.
  Optional<byte[]> answered(ServerName origin, String transactionId);
}
