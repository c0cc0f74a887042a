package org.hearth.engine.sync;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hearth.engine.Requester;
import org.hearth.engine.memory.MemoryBudget;
import org.hearth.engine.memory.Share;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Which member events a lazily loading device has been sent, as far as we remember: "the server
/// MAY ... assume that clients cache" them. Forgetting costs some bytes, nothing else.
final class LazyMembers {
  private static final int MAX_PER_ROOM = 2_000;

  private record Place(UserId userId, @Nullable String deviceId, RoomId roomId) {}

  /// A device in a room, and each member it was sent there.
  private static final int PLACE = 300;

  private static final int MEMBER = 300;

  private final Cache<Place, Map<String, EventId>> sent;

  LazyMembers(MemoryBudget budget) {
    sent = budget.cache(Share.LAZY_MEMBERS, (_, members) -> PLACE + MEMBER * members.size());
  }

  /// Whether the device has the member event.
  boolean has(Requester requester, Event member) {
    var known = sent.getIfPresent(place(requester, member.roomId()));
    return known != null && member.eventId().equals(known.get(member.stateKey().orElse("")));
  }

  /// From now on the device has it.
  void sent(Requester requester, Event member) {
    var place = place(requester, member.roomId());
    var known = sent.get(place, _ -> new ConcurrentHashMap<>());
    if (known.size() >= MAX_PER_ROOM) known.clear();
    // Weighed anew where it has grown.
    if (known.put(member.stateKey().orElse(""), member.eventId()) == null) sent.put(place, known);
  }

  private static Place place(Requester requester, RoomId roomId) {
    return new Place(requester.userId(), requester.deviceId(), roomId);
  }

  /// The device starts over.
  void forget(Requester requester, RoomId roomId) {
    sent.invalidate(place(requester, roomId));
  }
}
