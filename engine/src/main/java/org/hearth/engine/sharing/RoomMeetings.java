package org.hearth.engine.sharing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.e2ee.Meetings;
import org.hearth.engine.room.MembershipStore;
import org.hearth.engine.room.MembershipStore.Arrivals;
import org.hearth.engine.room.RoomView;
import org.hearth.engine.room.Rooms;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Answers [Meetings] from the history of memberships.
public final class RoomMeetings implements Meetings {
  private final ServerName us;
  private final Rooms rooms;
  private final MembershipStore store;

  public RoomMeetings(ServerName us, Rooms rooms, MembershipStore store) {
    this.us = us;
    this.rooms = rooms;
    this.store = store;
  }

  @Override
  public Page after(long position, int limit) {
    var arrivals = store.arrivals(position, limit);
    var meetings = new ArrayList<Meeting>();
    for (var arrival : arrivals)
      rooms
          .view(arrival.room())
          .filter(RoomView::resident)
          .ifPresent(view -> meetings.addAll(meetings(arrival, view)));
    return new Page(meetings, arrivals.isEmpty() ? position : arrivals.getLast().position());
  }

  /// Those who went again are nobody's business any more, and those who came later have an arrival
  /// of their own.
  private List<Meeting> meetings(Arrivals arrival, RoomView view) {
    var present = new TreeSet<>(store.serversIn(view.roomId(), arrival.position()));
    present.remove(us);
    if (present.isEmpty()) return List.of();
    var byUser = new TreeMap<UserId, Set<ServerName>>();
    var joined = store.joined(view.roomId(), us);
    var newUsers = new TreeSet<UserId>();
    for (var user : arrival.users())
      if (joined.contains(user) && !wasIn(arrival, user)) newUsers.add(user);
    for (var user : newUsers) {
      var servers = new TreeSet<>(present);
      servers.removeAll(store.serversBefore(user, arrival.position()));
      byUser.put(user, servers);
    }
    var residents = new TreeSet<>(joined);
    residents.removeAll(newUsers);
    if (!residents.isEmpty())
      for (var server : arrival.servers()) {
        if (!present.contains(server)) continue;
        var strangers = new HashSet<>(residents);
        strangers.removeAll(store.usersBefore(server, us, arrival.position()));
        for (var user : strangers) byUser.computeIfAbsent(user, _ -> new TreeSet<>()).add(server);
      }
    var meetings = new ArrayList<Meeting>();
    byUser.forEach(
        (user, servers) -> {
          if (!servers.isEmpty()) meetings.add(new Meeting(user, servers));
        });
    return meetings;
  }

  /// Also a new name of somebody who is in the room is a change of membership.
  private boolean wasIn(Arrivals arrival, UserId user) {
    return store
        .at(user, arrival.room(), arrival.position() - 1)
        .filter(before -> before.membership().equals("join"))
        .isPresent();
  }
}
