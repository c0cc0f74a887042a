package org.hearth.engine.membership;

import java.util.List;
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
  private static final int PAGE = 100;

  private final UserRooms userRooms;
  private final Memberships memberships;
  private final Unfinished unfinished;
  private final Executor background;

  /// Departures that did not come to their end.
  @FunctionalInterface
  public interface Unfinished {
    /// Users whose account ended and who are in some room, or invited to one, nevertheless; by user
    /// ID, after `after` (empty string for the first page), at most `limit`.
    List<UserId> users(String after, int limit);
  }

  /// @param background runs each task on a thread of its own
  public Departures(
      UserRooms userRooms, Memberships memberships, Unfinished unfinished, Executor background) {
    this.userRooms = userRooms;
    this.memberships = memberships;
    this.unfinished = unfinished;
    this.background = background;
  }

  /// Goes on with departures that a stop of the server cut off: the end of an account is durable
  /// before its user has left all rooms. Call it at the start; it returns when it is done.
  public void resume() {
    var after = "";
    while (true) {
      var page = unfinished.users(after, PAGE);
      page.forEach(this::leaveAll);
      if (page.size() < PAGE) return;
      after = page.getLast().value();
    }
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
