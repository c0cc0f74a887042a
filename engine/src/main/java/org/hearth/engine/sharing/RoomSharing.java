package org.hearth.engine.sharing;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hearth.e2ee.SharedRooms;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.engine.room.StoredEvent;
import org.hearth.engine.room.UserRooms;
import org.hearth.engine.room.UserRooms.UserRoom;
import org.hearth.schemas.event.EventType;
import org.hearth.schemas.event.StateKey;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Answers [SharedRooms] from the rooms' committed views and the history of memberships.
public final class RoomSharing implements SharedRooms {
  private final ServerName serverName;
  private final Rooms rooms;
  private final UserRooms userRooms;

  public RoomSharing(ServerName serverName, Rooms rooms, UserRooms userRooms) {
    this.serverName = serverName;
    this.rooms = rooms;
    this.userRooms = userRooms;
  }

  @Override
  public Set<UserId> sharing(UserId user, Collection<UserId> candidates) {
    var found = new HashSet<>(userRooms.sharing(user, candidates));
    if (candidates.contains(user) && !userRooms.joined(user).isEmpty()) found.add(user);
    return found;
  }

  @Override
  public Changes between(UserId user, long from, long to) {
    var began = new TreeSet<UserId>();
    var perhapsEnded = new TreeSet<UserId>();
    var changes =
        userRooms.changes(user, from, to).stream().collect(Collectors.groupingBy(UserRoom::roomId));
    for (var room : userRooms.of(user)) {
      var view = rooms.view(room.roomId());
      if (view.isEmpty()) continue;
      var stay = stay(user, room, from, to, changes.getOrDefault(room.roomId(), List.of()));
      if (stay.wasIn() && stay.isIn() && !stay.away())
        moved(view.get(), user, from, to, began, perhapsEnded);
      else {
        if (stay.isIn()) arrived(view.get(), user, began);
        if (stay.wasIn()) perhapsEnded.addAll(membersAt(room.roomId(), user, from));
      }
    }
    perhapsEnded.removeAll(sharing(user, perhapsEnded));
    return new Changes(began, perhapsEnded);
  }

  private static boolean isJoin(UserRoom room) {
    return room.membership().equals("join");
  }

  /// @param away out of the room at some time in between: what others did meanwhile was not told
  private record Stay(boolean wasIn, boolean isIn, boolean away) {}

  private Stay stay(UserId user, UserRoom room, long from, long to, List<UserRoom> changes) {
    if (changes.isEmpty() && room.position() <= from) {
      boolean in = isJoin(room);
      return new Stay(in, in, false);
    }
    return new Stay(
        userRooms.at(user, room.roomId(), from).filter(RoomSharing::isJoin).isPresent(),
        userRooms.at(user, room.roomId(), to).filter(RoomSharing::isJoin).isPresent(),
        !changes.stream().allMatch(RoomSharing::isJoin));
  }

  /// In an encrypted room people encrypt to themselves too, for their other devices.
  private static void arrived(RoomView view, UserId user, Set<UserId> began) {
    began.addAll(members(view, user));
    if (view.state(StateKey.ENCRYPTION) != null) began.add(user);
  }

  /// Others who came to or left a room in which the user stayed.
  private void moved(
      RoomView view, UserId user, long from, long to, Set<UserId> began, Set<UserId> perhapsEnded) {
    if (view.position() <= from) return;
    var start = rooms.stateAt(view.roomId(), from);
    var end = rooms.stateAt(view.roomId(), to);
    if (start.isEmpty() || end.isEmpty()) return;
    for (StateKey key : end.get().changedSince(start.get()).keySet()) {
      if (!key.type().equals(EventType.MEMBER)) continue;
      var member = UserId.tryParse(key.key());
      if (member.isEmpty() || member.get().equals(user)) continue;
      boolean wasIn = joined(start.get(), key);
      boolean isIn = joined(end.get(), key);
      // Who has another member event may have been out in between.
      if (isIn) began.add(member.get());
      if (wasIn && !isIn) perhapsEnded.add(member.get());
    }
  }

  private static boolean joined(Rooms.StateMap state, StateKey key) {
    return state.event(key).flatMap(event -> event.membership()).filter("join"::equals).isPresent();
  }

  private static Set<UserId> members(RoomView view, UserId except) {
    var members = new LinkedHashSet<UserId>();
    for (var event : view.stateOfType(EventType.MEMBER)) {
      if (event.membership().filter("join"::equals).isPresent())
        UserId.tryParse(event.stateKey().orElse("")).ifPresent(members::add);
    }
    members.remove(except);
    return members;
  }

  private Set<UserId> membersAt(RoomId roomId, UserId except, long position) {
    var members = new LinkedHashSet<UserId>();
    rooms
        .stateAt(roomId, position)
        .ifPresent(
            state -> {
              for (var entry : state.all().entrySet()) {
                if (entry.getKey().type().equals(EventType.MEMBER) && joined(state, entry.getKey()))
                  UserId.tryParse(entry.getKey().key()).ifPresent(members::add);
              }
            });
    members.remove(except);
    return members;
  }

  @Override
  public Set<ServerName> serversSharing(UserId user) {
    var servers = new TreeSet<ServerName>();
    for (var roomId : userRooms.joined(user))
      rooms.view(roomId).ifPresent(view -> servers.addAll(view.joinedServers()));
    servers.remove(serverName);
    return servers;
  }

  /// Since the oldest of the rooms that hold: in each, since the later of the two joins.
  @Override
  public OptionalLong sharedSince(UserId remote) {
    return userRooms.roomsWith(remote).stream()
        .flatMap(roomId -> rooms.view(roomId).filter(RoomView::resident).stream())
        .mapToLong(view -> Math.max(arrival(view, remote), residentSince(view.roomId())))
        .min();
  }

  /// 0 for members who were in the room before this server was.
  private long arrival(RoomView view, UserId remote) {
    var member = view.state(StateKey.member(remote));
    return member == null
        ? 0
        : rooms.event(view.roomId(), member.eventId()).map(StoredEvent::position).orElse(0L);
  }

  private long residentSince(RoomId roomId) {
    return userRooms.localJoined(roomId).stream()
        .flatMap(user -> userRooms.in(user, roomId).stream())
        .mapToLong(UserRoom::position)
        .min()
        .orElse(0);
  }
}
