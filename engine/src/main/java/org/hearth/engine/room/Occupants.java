package org.hearth.engine.room;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.schemas.id.ServerName;

/// How many members a room has, in numbers. Immutable.
final class Occupants {
  static final Occupants NOBODY = new Occupants(Map.of(), 0, 0);

  private final Map<ServerName, Integer> joinedByServer;
  private final int joined;
  private final int invited;

  private Occupants(Map<ServerName, Integer> joinedByServer, int joined, int invited) {
    this.joinedByServer = joinedByServer;
    this.joined = joined;
    this.invited = invited;
  }

  static Occupants of(List<RoomStore.OccupantCount> counts) {
    var servers = new HashMap<ServerName, Integer>();
    int joined = 0;
    int invited = 0;
    for (var count : counts) {
      if (count.membership().equals("invite")) invited += count.count();
      if (!count.membership().equals("join")) continue;
      joined += count.count();
      servers.merge(count.server(), count.count(), Integer::sum);
    }
    return new Occupants(servers, joined, invited);
  }

  int joined() {
    return joined;
  }

  int invited() {
    return invited;
  }

  /// Servers with at least one joined member.
  Set<ServerName> servers() {
    return Collections.unmodifiableSet(joinedByServer.keySet());
  }

  boolean includes(ServerName server) {
    return joinedByServer.containsKey(server);
  }

  /// @param before `leave` if there was no member event
  record Move(ServerName server, String before, String after) {}

  Occupants after(List<Move> moves) {
    if (moves.isEmpty()) return this;
    var servers = new HashMap<>(joinedByServer);
    int joinedNow = joined;
    int invitedNow = invited;
    for (var move : moves) {
      int join = one(move.after(), "join") - one(move.before(), "join");
      joinedNow += join;
      invitedNow += one(move.after(), "invite") - one(move.before(), "invite");
      if (join != 0)
        servers.compute(
            move.server(),
            (_, count) -> {
              int now = (count == null ? 0 : count) + join;
              return now == 0 ? null : now;
            });
    }
    return new Occupants(servers, joinedNow, invitedNow);
  }

  /// In `later` and not here, sorted.
  List<ServerName> arrivedIn(Occupants later) {
    var arrived = new ArrayList<ServerName>();
    for (var server : later.joinedByServer.keySet())
      if (!joinedByServer.containsKey(server)) arrived.add(server);
    Collections.sort(arrived);
    return arrived;
  }

  private static int one(String membership, String wanted) {
    return membership.equals(wanted) ? 1 : 0;
  }
}
