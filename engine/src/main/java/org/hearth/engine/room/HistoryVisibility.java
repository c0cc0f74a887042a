package org.hearth.engine.room;

import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.hearth.engine.expiry.Lifetimes;
import org.hearth.engine.expiry.SelfDestruct;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// [History visibility](https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility),
/// by the state around each event.
final class HistoryVisibility implements Visibility {
  /// How many users of a server are looked at when a room hides its history from those not in it.
  private static final int SERVER_USERS = 1_000;

  private final CommittedRooms rooms;
  private final MembershipStore memberships;
  private final Lifetimes lifetimes;
  private final InstantSource clock;

  HistoryVisibility(
      CommittedRooms rooms, MembershipStore memberships, Lifetimes lifetimes, InstantSource clock) {
    this.rooms = rooms;
    this.memberships = memberships;
    this.lifetimes = lifetimes;
    this.clock = clock;
  }

  @Override
  public List<StoredEvent> visible(RoomId roomId, UserId viewer, Collection<StoredEvent> events) {
    return filtered(roomId, events, data -> new UserSight(data, roomId, viewer));
  }

  @Override
  public List<StoredEvent> visible(
      RoomId roomId, ServerName server, Collection<StoredEvent> events) {
    return filtered(roomId, events, data -> new ServerSight(data, roomId, server));
  }

  private interface Sight {
    boolean sees(RoomEvent event);
  }

  private List<StoredEvent> filtered(
      RoomId roomId,
      Collection<StoredEvent> events,
      java.util.function.Function<RoomData, Sight> sightIn) {
    var data = rooms.data(roomId).orElse(null);
    if (data == null) return List.of();
    var sight = unexpired(data, sightIn.apply(data));
    var known =
        data.memory().events(events.stream().map(event -> event.event().eventId()).toList());
    return events.stream()
        .filter(event -> sees(sight, known.get(event.event().eventId())))
        .toList();
  }

  private static boolean sees(Sight sight, @Nullable RoomEvent event) {
    return event != null && !event.isOutlier() && sight.sees(event);
  }

  /// For a page of one room that is at hand already.
  List<RoomEvent> visibleTo(RoomData data, UserId viewer, List<RoomEvent> events) {
    var sight = unexpired(data, new UserSight(data, data.key().id(), viewer));
    return events.stream().filter(event -> sees(sight, event)).toList();
  }

  /// Whether the rules open the history to the viewer at this event, and so the room's state there.
  /// Somebody's own member event is shown to them in any case, but one who was banned, say, without
  /// ever having been in the room has no part in the rest.
  boolean isOpen(RoomData data, UserId viewer, RoomEvent event) {
    var sight = unexpired(data, new UserSight(data, data.key().id(), viewer)::opens);
    return sees(sight, event) && !Redactions.isHeldBack(data, event);
  }

  /// What has expired is seen by nobody, also as long as it is still on the disk.
  private Sight unexpired(RoomData data, Sight sight) {
    long now = clock.millis();
    long lifetime = lifetime(data);
    return event -> {
      if (event.event().isState()) return sight.sees(event);
      if (lifetime != Lifetimes.FOREVER && event.event().originServerTs() <= now - lifetime)
        return false;
      var end = SelfDestruct.of(event.event());
      return (end.isEmpty() || end.get().atMs() > now) && sight.sees(event);
    };
  }

  private long lifetime(RoomData data) {
    if (!lifetimes.enabled()) return Lifetimes.FOREVER;
    return lifetimes.of(
        rooms.committed(data.key().id()).map(view -> view.state(Lifetimes.RETENTION)).orElse(null));
  }

  /// `shared` if the state has no such event or an unknown value.
  private static String visibility(@Nullable Event event) {
    var value =
        event == null ? "shared" : event.contentString("history_visibility").orElse("shared");
    return switch (value) {
      case "world_readable", "invited", "joined" -> value;
      default -> "shared";
    };
  }

  /// What one state says, looked up once per state.
  private record Around(String visibility, String membership) {}

  private final class UserSight implements Sight {
    private final RoomData data;
    private final RoomId roomId;
    private final UserId viewer;
    private final StateKey member;
    private final Map<Long, Around> states = new HashMap<>();
    private @Nullable OptionalLong lastJoin;

    UserSight(RoomData data, RoomId roomId, UserId viewer) {
      this.data = data;
      this.roomId = roomId;
      this.viewer = viewer;
      this.member = StateKey.member(viewer);
    }

    @Override
    public boolean sees(RoomEvent event) {
      if (Redactions.isHeldBack(data, event)) return false;
      return event.event().isState(member) || opens(event);
    }

    /// "For `m.room.history_visibility` events themselves, the user should be allowed to see the
    /// event if the `history_visibility` before *or* after the event would allow them to see it.
    /// Likewise, for the user's own `m.room.member` events, ... if their `membership` before *or*
    /// after the event would allow them to see it."
    boolean opens(RoomEvent event) {
      if (event.event().type().equals(Extremities.DUMMY)) return false;
      if (allows(event, around(event.stateBefore()))) return true;
      boolean changesSight =
          event.event().isState(StateKey.HISTORY_VISIBILITY) || event.event().isState(member);
      return changesSight && allows(event, around(event.stateAfter()));
    }

    private Around around(long root) {
      return states.computeIfAbsent(
          root,
          state -> {
            var events = data.state(state, List.of(member, StateKey.HISTORY_VISIBILITY));
            var membership = events.get(member);
            var visibility = events.get(StateKey.HISTORY_VISIBILITY);
            return new Around(
                visibility(visibility == null ? null : visibility.event()),
                membership == null ? "leave" : membership.event().membership().orElse("leave"));
          });
    }

    private boolean allows(RoomEvent event, Around around) {
      if (around.visibility().equals("world_readable") || around.membership().equals("join"))
        return true;
      return switch (around.visibility()) {
        case "shared" -> joinedAfter(event);
        case "invited" -> around.membership().equals("invite");
        default -> false;
      };
    }

    /// "The user joined the room at any point after the event was sent."
    private boolean joinedAfter(RoomEvent event) {
      if (lastJoin == null) lastJoin = memberships.lastJoin(viewer, roomId);
      return lastJoin.isPresent() && lastJoin.getAsLong() > event.position();
    }
  }

  private final class ServerSight implements Sight {
    private final RoomData data;
    private final RoomId roomId;
    private final ServerName server;
    private final Map<Long, Boolean> states = new HashMap<>();
    private @Nullable List<StateKey> members;

    ServerSight(RoomData data, RoomId roomId, ServerName server) {
      this.data = data;
      this.roomId = roomId;
      this.server = server;
    }

    @Override
    public boolean sees(RoomEvent event) {
      return states.computeIfAbsent(event.stateBefore(), this::seesAt)
          || event.stateAfter() != event.stateBefore()
              && states.computeIfAbsent(event.stateAfter(), this::seesAt);
    }

    private boolean seesAt(long root) {
      var event = data.state(root, StateKey.HISTORY_VISIBILITY);
      var visibility = visibility(event == null ? null : event.event());
      if (visibility.equals("world_readable") || visibility.equals("shared")) return true;
      if (members == null)
        members =
            memberships.ever(roomId, server, SERVER_USERS).stream().map(StateKey::member).toList();
      return data.state(root, members).values().stream()
          .map(member -> member.event().membership().orElse("leave"))
          .anyMatch(
              membership ->
                  membership.equals("join")
                      || membership.equals("invite") && visibility.equals("invited"));
    }
  }

  @Override
  public Access access(RoomId roomId, UserId viewer) {
    var view = rooms.committed(roomId).orElse(null);
    if (view == null) return new Access.None();
    if (view.membership(viewer).equals("join")) return new Access.Current();
    if (visibility(view.state(StateKey.HISTORY_VISIBILITY)).equals("world_readable"))
      return new Access.Current();
    return until(roomId, viewer).orElseGet(Access.None::new);
  }

  private Optional<Access> until(RoomId roomId, UserId viewer) {
    var now = memberships.in(viewer, roomId);
    if (now.isEmpty() || now.get().forgotten()) return Optional.empty();
    var joined = memberships.lastJoin(viewer, roomId);
    if (joined.isEmpty()) return Optional.empty();
    var left = memberships.firstChangeAfter(viewer, roomId, joined.getAsLong());
    if (left.isEmpty()) return Optional.empty();
    return rooms
        .stateAt(roomId, left.getAsLong())
        .map(state -> new Access.Until(state, left.getAsLong()));
  }

  /// What the viewer was in the room around the event: `unsigned.membership`.
  String membershipAt(RoomData data, RoomEvent event, UserId viewer) {
    var key = StateKey.member(viewer);
    var member =
        data.state(event.event().isState(key) ? event.stateAfter() : event.stateBefore(), key);
    return member == null ? "leave" : member.event().membership().orElse("leave");
  }
}
