package org.hearth.engine.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.hearth.engine.membership.LocalProfiles;
import org.hearth.engine.room.Draft;
import org.hearth.engine.room.RoomAppends;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.UserRooms;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings a changed display name or avatar into the rooms the user is in: "the server ... sends a
/// new `m.room.member` event to each room". In the background; changes that come while it runs are
/// taken together.
public final class ProfileSpread implements Profiles.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileSpread.class);

  private final LocalProfiles profiles;
  private final UserRooms userRooms;
  private final Rooms rooms;
  private final RoomAppends appends;
  private final Executor background;

  /// Users whose rooms are being brought up to date; true if their profile changed again meanwhile.
  private final Map<UserId, Boolean> running = new ConcurrentHashMap<>();

  /// @param background runs each task on a thread of its own
  public ProfileSpread(
      LocalProfiles profiles,
      UserRooms userRooms,
      Rooms rooms,
      RoomAppends appends,
      Executor background) {
    this.profiles = profiles;
    this.userRooms = userRooms;
    this.rooms = rooms;
    this.appends = appends;
    this.background = background;
  }

  @Override
  public void changed(UserId userId, boolean inMemberEvents) {
    if (!inMemberEvents) {
      return;
    }
    Boolean before = running.putIfAbsent(userId, false);
    if (before == null) {
      background.execute(() -> run(userId));
    } else if (running.computeIfPresent(userId, (user, again) -> true) == null) {
      // It ended at this very moment.
      changed(userId, true);
    }
  }

  private void run(UserId userId) {
    boolean again = true;
    while (again) {
      running.put(userId, false);
      try {
        spread(userId);
      } catch (RuntimeException e) {
        LOG.warn("The new profile of {} did not reach all rooms", userId, e);
      }
      again = running.computeIfPresent(userId, (user, more) -> more ? true : null) != null;
    }
  }

  private void spread(UserId userId) {
    ObjectNode now = profiles.memberContent(userId);
    for (RoomId roomId : userRooms.joined(userId)) {
      rooms
          .view(roomId)
          .map(view -> view.state(StateKey.member(userId)))
          .ifPresent(member -> spread(userId, member, now));
    }
  }

  private void spread(UserId userId, Event member, ObjectNode now) {
    if (!member.membership().filter("join"::equals).isPresent()) {
      return;
    }
    ObjectNode content = member.content().deepCopy();
    content.remove(MemberProfiles.FIELDS);
    // These tell of how the user came in, which is not what happens now.
    content.remove(List.of("reason", "join_authorised_via_users_server"));
    content.setAll(now);
    if (content.equals(member.content())) {
      return;
    }
    var draft = Draft.state(userId, EventType.MEMBER, userId.value(), content);
    var unused = appends.append(member.roomId(), List.of(draft), List.of());
  }
}
