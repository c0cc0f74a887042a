package org.hearth.engine.purge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.function.BiFunction;
import java.util.function.LongPredicate;
import org.hearth.engine.purge.Purge.Detail;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes this server's users out of a room that is to go, as if they left by themselves: other
/// servers would send events to them for ever otherwise.
public final class Leaving {
  private static final Logger log = LoggerFactory.getLogger(Leaving.class);
  private static final int USERS_AT_A_TIME = 500;
  private static final int NAMED = 1_000;

  /// How long other servers may take to hear of it. One that is away longer finds out by itself,
  /// when this server answers that it is not in the room.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final PurgeStore store;
  private final BiFunction<UserId, RoomId, Outcome<Void>> leave;
  private final LongPredicate delivered;
  private final InstantSource clock;

  /// @param leave makes a user leave, or reject an invite
  /// @param delivered whether other servers that answer have everything up to a position
  public Leaving(
      PurgeStore store,
      BiFunction<UserId, RoomId, Outcome<Void>> leave,
      LongPredicate delivered,
      InstantSource clock) {
    this.store = store;
    this.leave = leave;
    this.delivered = delivered;
    this.clock = clock;
  }

  /// Makes all leave, and answers who did.
  Detail leave(RoomId room) {
    var kicked = new ArrayList<String>();
    var failed = new ArrayList<String>();
    var tried = new HashSet<UserId>();
    while (true) {
      var users = store.locals(room, USERS_AT_A_TIME + failed.size());
      boolean progress = false;
      for (var user : users) {
        if (!tried.add(user)) continue;
        progress = true;
        if (!leaves(user, room)) failed.add(user.value());
        else if (kicked.size() < NAMED) kicked.add(user.value());
      }
      if (!progress || failed.size() >= NAMED) break;
    }
    return new Detail(kicked, failed, store.aliases(room, NAMED), "");
  }

  private boolean leaves(UserId user, RoomId room) {
    try {
      if (leave.apply(user, room) instanceof Outcome.Refused<Void>(var refusal)) {
        log.info("{} could not leave {}: {}", user, room, refusal.code());
        return false;
      }
      return true;
    } catch (RuntimeException e) {
      log.warn("{} could not leave {}", user, room, e);
      return false;
    }
  }

  /// Whether the other servers in the room know, or have had time enough.
  boolean isTold(Purge purge) {
    if (purge.roomNumber() == 0) return true;
    if (clock.millis() - purge.startedMs() > PATIENCE.toMillis()) return true;
    return delivered.test(store.lastOutgoing(purge.roomNumber()));
  }
}
