package org.hearth.engine.room;

import java.util.List;
import java.util.Optional;
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

  /// What a transaction was answered with.
  Optional<byte[]> answered(ServerName origin, String transactionId);
}
