package org.hearth.engine.room;

import java.util.List;
import java.util.Optional;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;

/// Reads other servers' events that are not worked in yet, and answers to their transactions.
public interface StagingStore {

  record Staged(RoomId room, EventId eventId, ServerName origin, byte[] pdu) {}

  /// Rooms with staged events.
  List<RoomId> rooms(int limit);

  /// In the order in which they came.
  List<Staged> staged(RoomId room, int limit);

  /// What a transaction was answered with.
  Optional<byte[]> answered(ServerName origin, String transactionId);
}
