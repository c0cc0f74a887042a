package org.hearth.simulator.memory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hearth.engine.room.MembershipStore;
import org.hearth.engine.room.UserRooms.UserRoom;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;

/// Reads who is in which room.
record MemoryMemberships(MemoryRooms rows) implements MembershipStore {

  private TreeMap<RoomId, UserRoomRows.Row> current(UserId user) {
    return rows.users.current.getOrDefault(user, new TreeMap<>());
  }

  private Stream<UserRoom> changes(UserId user, RoomId room) {
    return rows.users.changes.getOrDefault(user, new TreeMap<>()).values().stream()
        .filter(change -> change.roomId().equals(room));
  }

  @Override
  public List<UserRoom> of(UserId user) {
    return rows.read(() -> current(user).values().stream().map(UserRoomRows.Row::room).toList());
  }

  @Override
  public Optional<UserRoom> in(UserId user, RoomId room) {
    return rows.read(
        () -> Optional.ofNullable(current(user).get(room)).map(UserRoomRows.Row::room));
  }

  @Override
  public List<UserRoom> changes(UserId user, long after, long upTo) {
    return rows.read(
        () ->
            rows.users.changes.getOrDefault(user, new TreeMap<>()).values().stream()
                .filter(change -> change.position() > after && change.position() <= upTo)
                .toList());
  }

  @Override
  public Optional<UserRoom> at(UserId user, RoomId room, long position) {
    return rows.read(
        () ->
            changes(user, room)
                .filter(change -> change.position() <= position)
                .reduce((_, later) -> later));
  }

  @Override
  public OptionalLong lastJoin(UserId user, RoomId room) {
    return rows.read(
        () ->
            changes(user, room)
                .filter(change -> change.membership().equals("join"))
                .mapToLong(UserRoom::position)
                .max());
  }

  @Override
  public OptionalLong firstChangeAfter(UserId user, RoomId room, long position) {
    return rows.read(
        () ->
            changes(user, room)
                .mapToLong(UserRoom::position)
                .filter(change -> change > position)
                .min());
  }

  @Override
  public List<UserId> joined(RoomId room, ServerName server) {
    return rows.read(() -> members(room, "join").filter(user -> isOf(user, server)).toList());
  }

  @Override
  public List<UserId> ever(RoomId room, ServerName server, int limit) {
    return rows.read(
        () ->
            Optional.ofNullable(rows.rooms.get(room)).stream()
                .flatMap(found -> found.members.keySet().stream())
                .filter(user -> isOf(user, server))
                .limit(limit)
                .toList());
  }

  private static boolean isOf(UserId user, ServerName server) {
    return user.serverName().equals(server);
  }

  private Stream<UserId> members(RoomId room, String membership) {
    return Optional.ofNullable(rows.rooms.get(room)).stream()
        .flatMap(found -> found.members.entrySet().stream())
        .filter(member -> member.getValue().equals(membership))
        .map(Map.Entry::getKey);
  }

  @Override
  public Set<UserId> sharing(UserId user) {
    return rows.read(
        () -> {
          var others = new TreeSet<UserId>();
          for (var room : rooms(user)) members(room, "join").forEach(others::add);
          others.remove(user);
          return others;
        });
  }

  private List<RoomId> rooms(UserId user) {
    return rows.rooms.values().stream()
        .filter(room -> Objects.equals(room.members.get(user), "join"))
        .map(room -> room.key.id())
        .toList();
  }

  @Override
  public List<RoomId> roomsWith(UserId user) {
    return rows.read(() -> rooms(user));
  }

  @Override
  public Optional<List<ObjectNode>> stripped(UserId user, RoomId room) {
    return rows.read(
        () ->
            Optional.ofNullable(current(user).get(room))
                .map(UserRoomRows.Row::stripped)
                .filter(told -> !told.isEmpty()));
  }

  @Override
  public List<Arrivals> arrivals(long after, int limit) {
    return rows.read(
        () -> {
          var found = new TreeMap<Long, Arrivals>();
          rows.users.changes.forEach(
              (user, changes) ->
                  changes.tailMap(after, false).values().stream()
                      .filter(change -> change.membership().equals("join"))
                      .forEach(
                          change ->
                              add(
                                  found,
                                  change.position(),
                                  change.roomId(),
                                  List.of(user),
                                  List.of())));
          rows.rooms.forEach(
              (id, room) ->
                  room.servers.forEach(
                      (server, intervals) ->
                          intervals
                              .tailMap(after, false)
                              .keySet()
                              .forEach(
                                  since -> add(found, since, id, List.of(), List.of(server)))));
          return found.values().stream().limit(limit).toList();
        });
  }

  private static void add(
      TreeMap<Long, Arrivals> found,
      long position,
      RoomId room,
      List<UserId> users,
      List<ServerName> servers) {
    found.merge(
        position,
        new Arrivals(position, room, users, servers),
        (one, other) ->
            new Arrivals(
                position,
                room,
                Stream.concat(one.users().stream(), other.users().stream()).sorted().toList(),
                Stream.concat(one.servers().stream(), other.servers().stream()).sorted().toList()));
  }

  private static Stream<ServerName> stillThere(MemoryRoom room, long since) {
    return room.servers.entrySet().stream()
        .filter(
            server ->
                server.getValue().values().stream()
                    .anyMatch(
                        presence ->
                            presence.since() <= since && presence.until() == MemoryRoom.STILL))
        .map(Map.Entry::getKey);
  }

  @Override
  public Set<ServerName> serversIn(RoomId room, long since) {
    return rows.read(
        () ->
            Optional.ofNullable(rows.rooms.get(room)).stream()
                .flatMap(found -> stillThere(found, since))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private Stream<MemoryRoom> joinedBefore(UserId user, long position) {
    return current(user).values().stream()
        .map(UserRoomRows.Row::room)
        .filter(room -> room.membership().equals("join") && room.position() < position)
        .flatMap(room -> Optional.ofNullable(rows.rooms.get(room.roomId())).stream());
  }

  @Override
  public Set<ServerName> serversBefore(UserId user, long position) {
    return rows.read(
        () ->
            joinedBefore(user, position)
                .flatMap(room -> stillThere(room, position - 1))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Override
  public Set<UserId> usersBefore(ServerName server, ServerName local, long position) {
    return rows.read(
        () ->
            rows.users.current.keySet().stream()
                .filter(user -> isOf(user, local))
                .filter(
                    user ->
                        joinedBefore(user, position)
                            .filter(room -> "join".equals(room.members.get(user)))
                            .anyMatch(
                                room -> stillThere(room, position - 1).anyMatch(server::equals)))
                .collect(Collectors.toCollection(TreeSet::new)));
  }
}
