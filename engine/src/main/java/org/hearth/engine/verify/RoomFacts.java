package org.hearth.engine.verify;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hearth.engine.room.RoomKey;

/// What is stored about a room beside its events, as of one moment.
///
/// @param heads ordinals of the forward extremities
/// @param root of the current state
/// @param position of the last live event
/// @param members by user id
/// @param locals memberships of local users, by user id
/// @param servers those whose users are said to be joined
/// @param interrupted whether this server was once in the room and left it
/// @param gaps previous events that are not known
/// @param dangling rows of other tables that name events which do not exist, in words
public record RoomFacts(
    RoomKey key,
    List<Integer> heads,
    long root,
    long position,
    int lastOrdinal,
    Map<String, Member> members,
    Map<String, LocalMember> locals,
    Set<String> servers,
    boolean interrupted,
    Set<Gap> gaps,
    List<String> dangling) {

  /// A row of the current members.
  public record Member(String membership, String server) {}

  /// A row of a local user's rooms.
  public record LocalMember(String membership, String eventId) {}

  /// A previous event that is not known.
  ///
  /// @param ordinal of the event that names it
  public record Gap(String eventId, int ordinal, boolean purged) {}

  public RoomFacts {
    heads = List.copyOf(heads);
    members = Map.copyOf(members);
    locals = Map.copyOf(locals);
    servers = Set.copyOf(servers);
    gaps = Set.copyOf(gaps);
    dangling = List.copyOf(dangling);
  }
}
