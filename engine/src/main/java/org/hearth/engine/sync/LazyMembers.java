package org.hearth.engine.sync;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hearth.engine.Requester;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Which member events a lazily loading device has been sent, as far as we remember: "the server
/// MAY ... assume that clients cache" them. Forgetting costs some bytes, nothing else.
final class LazyMembers {
  private static final int MAX_PER_ROOM = 2_000;

  private record Place(UserId userId, @Nullable String deviceId, RoomId roomId) {}

  private final Cache<Place, Map<UserId, EventId>> sent =
      Caffeine.newBuilder().maximumSize(20_000).build();

  /// Whether the device needs the event; from now on it has it.
  boolean need(Requester requester, RoomId roomId, UserId member, EventId eventId) {
    var known =
        sent.get(
            new Place(requester.userId(), requester.deviceId(), roomId),
            _ -> new ConcurrentHashMap<>());
    if (known.size() >= MAX_PER_ROOM) known.clear();
    return !eventId.equals(known.put(member, eventId));
  }

  /// The device starts over.
  void forget(Requester requester, RoomId roomId) {
    sent.invalidate(new Place(requester.userId(), requester.deviceId(), roomId));
  }
}
