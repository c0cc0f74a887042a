package org.hearth.engine.membership;

import java.util.Set;
import java.util.concurrent.Executor;
import org.hearth.engine.Requester;
import org.hearth.engine.account.Accounts;
import org.hearth.engine.room.UserRooms;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.UserId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes users whose account ended out of all rooms, and rejects what they were invited to. In the
/// background: other servers may have to be asked.
public final class Departures implements Accounts.Departure {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
  private static final Set<String> PRESENT = Set.of("join", "invite", "knock");

  private final UserRooms userRooms;
  private final Memberships memberships;
  private final Executor background;

  /// @param background runs each task on a thread of its own
  public Departures(UserRooms userRooms, Memberships memberships, Executor background) {
    this.userRooms = userRooms;
    this.memberships = memberships;
    this.background = background;
  }

  @Override
  public void depart(UserId userId) {
    background.execute(() -> leaveAll(userId));
  }

  private void leaveAll(UserId userId) {
    var requester = new Requester(userId, null);
    for (UserRooms.UserRoom room : userRooms.of(userId)) {
      if (!PRESENT.contains(room.membership())) {
        continue;
      }
      try {
        if (memberships.leave(requester, room.roomId(), null)
            instanceof Outcome.Refused<Void>(var refusal)) {
          LOG.info("{} could not leave {}: {}", userId, room.roomId(), refusal.code());
        }
      } catch (RuntimeException e) {
        LOG.warn("{} could not leave {}", userId, room.roomId(), e);
      }
    }
  }
}
