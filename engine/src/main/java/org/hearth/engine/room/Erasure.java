package org.hearth.engine.room;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.hearth.engine.account.AccountChange;
import org.hearth.ledger.Batch;
import org.hearth.ledger.CommitListener;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.Redaction;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// What erased users wrote: "any users (or servers) which join the room after the erasure request
/// are served redacted copies of the events sent by this user. Users which had visibility on those
/// events prior to the erasure are still able to see unredacted copies"
/// ([deactivation](https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate)).
///
/// A room's state is needed by all, so state events are shown whole, but for the user's own
/// membership, which holds their name.
final class Erasure implements CommitListener {
  private static final long NEVER = 0;
  private static final int USERS = 20_000;
  private static final int VIEWERS = 20_000;

  private record Before(Object viewer, long room, long position) {}

  private final ErasureStore store;
  private final ServerName us;

  /// Of local users.
  private final Cache<UserId, Long> erased = Caffeine.newBuilder().maximumSize(USERS).build();

  /// Of what lies before a position nothing changes any more.
  private final Cache<Before, Boolean> before = Caffeine.newBuilder().maximumSize(VIEWERS).build();

  Erasure(ErasureStore store, ServerName us) {
    this.store = store;
    this.us = us;
  }

  @Override
  public void committed(long committed, Batch batch) {
    for (var change : batch.changes())
      if (change.change() instanceof AccountChange.Deactivated(var user, boolean erase) && erase)
        erased.put(user, change.position());
  }

  /// The event, or its redacted copy if the viewer came too late.
  Event shownTo(UserId viewer, RoomKey room, Event event) {
    long at = erasedAt(event);
    if (at == NEVER || viewer.equals(event.sender())) return event;
    boolean wasThere =
        before.get(
            new Before(viewer, room.number(), at), _ -> store.joinedBy(viewer, room.id(), at));
    return wasThere ? event : Redaction.redact(event);
  }

  Event shownTo(ServerName server, RoomKey room, Event event) {
    long at = erasedAt(event);
    if (at == NEVER) return event;
    boolean wasThere =
        before.get(new Before(server, room.number(), at), _ -> store.joinedBy(server, room, at));
    return wasThere ? event : Redaction.redact(event);
  }

  private long erasedAt(Event event) {
    var sender = event.sender();
    if (!sender.serverName().equals(us)) return NEVER;
    if (event.isState() && !event.type().equals(EventType.MEMBER)) return NEVER;
    return erased.get(sender, user -> store.erasedAt(user).orElse(NEVER));
  }
}
