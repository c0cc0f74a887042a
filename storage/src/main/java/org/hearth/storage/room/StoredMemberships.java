package org.hearth.storage.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.room.MembershipStore;
import org.hearth.engine.room.UserRooms.UserRoom;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.ServerName;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.storage.Database;

/// Who is in which room.
public final class StoredMemberships implements MembershipStore {
  /// How many users one query is about.
  private static final int ASKED_AT_ONCE = 200;

  private static final String CURRENT =
      "SELECT room_id, membership, event_id, sender, position, forgotten FROM user_room ";
  private static final String CHANGES =
      "SELECT room_id, membership, event_id, sender, position, FALSE FROM user_room_change ";

  private final Database database;
  private final EventCodec codec;

  public StoredMemberships(Database database, Sealing sealing) {
    this.database = database;
    this.codec = new EventCodec(sealing);
  }

  @FunctionalInterface
  private interface Read<T> {
    T row(ResultSet row) throws SQLException;
  }

  /// Parameters are text, or numbers as `Long`.
  private <T> List<T> list(Read<T> read, String sql, Object... parameters) {
    return database.jdbc(connection -> list(connection, read, sql, parameters));
  }

  private static <T> List<T> list(
      Connection connection, Read<T> read, String sql, Object... parameters) throws SQLException {
    var found = new ArrayList<T>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i] instanceof Long number) query.setLong(i + 1, number);
        else query.setString(i + 1, parameters[i].toString());
      }
      try (var row = query.executeQuery()) {
        while (row.next()) found.add(read.row(row));
      }
    }
    return found;
  }

  private static UserRoom userRoom(ResultSet row) throws SQLException {
    return new UserRoom(
        new RoomId(row.getString(1)),
        row.getString(2),
        new EventId(row.getString(3)),
        new UserId(row.getString(4)),
        row.getLong(5),
        row.getBoolean(6));
  }

  @Override
  public List<UserRoom> of(UserId user) {
    return list(StoredMemberships::userRoom, CURRENT + "WHERE user_id = ?", user);
  }

  @Override
  public Optional<UserRoom> in(UserId user, RoomId room) {
    return list(
            StoredMemberships::userRoom, CURRENT + "WHERE user_id = ? AND room_id = ?", user, room)
        .stream()
        .findFirst();
  }

  @Override
  public List<UserRoom> changes(UserId user, long after, long upTo) {
    return list(
        StoredMemberships::userRoom,
        CHANGES + "WHERE user_id = ? AND position > ? AND position <= ? ORDER BY user_id, position",
        user,
        after,
        upTo);
  }

  @Override
  public Optional<UserRoom> at(UserId user, RoomId room, long position) {
    return list(
            StoredMemberships::userRoom,
            CHANGES
                + "WHERE user_id = ? AND room_id = ? AND position <= ?"
                + " ORDER BY user_id DESC, room_id DESC, position DESC LIMIT 1",
            user,
            room,
            position)
        .stream()
        .findFirst();
  }

  @Override
  public OptionalLong lastJoin(UserId user, RoomId room) {
    return position(
        "SELECT MAX(position) FROM user_room_change WHERE user_id = ? AND room_id = ?"
            + " AND membership = 'join'",
        user,
        room);
  }

  @Override
  public OptionalLong firstChangeAfter(UserId user, RoomId room, long position) {
    return position(
        "SELECT MIN(position) FROM user_room_change WHERE user_id = ? AND room_id = ?"
            + " AND position > ?",
        user,
        room,
        position);
  }

  /// 0 stands for none.
  private OptionalLong position(String sql, Object... parameters) {
    long position = list(row -> row.getLong(1), sql, parameters).getFirst();
    return position == 0 ? OptionalLong.empty() : OptionalLong.of(position);
  }

  @Override
  public List<UserId> joined(RoomId room, ServerName server) {
    return list(
        row -> new UserId(row.getString(1)),
        "SELECT m.user_id FROM room r JOIN room_member m ON m.room = r.number"
            + " WHERE r.room_id = ? AND m.membership = 'join' AND m.server = ?",
        room,
        server);
  }

  @Override
  public List<UserId> ever(RoomId room, ServerName server, int limit) {
    return list(
        row -> new UserId(row.getString(1)),
        "SELECT m.user_id FROM room r JOIN room_member m ON m.room = r.number"
            + " WHERE r.room_id = ? AND m.server = ? LIMIT ?",
        room,
        server,
        (long) limit);
  }

  @Override
  public Set<UserId> sharing(UserId user) {
    var others =
        new TreeSet<>(
            list(
                row -> new UserId(row.getString(1)),
                "SELECT DISTINCT o.user_id FROM room_member m JOIN room_member o ON o.room = m.room"
                    + " WHERE m.user_id = ? AND m.membership = 'join' AND o.membership = 'join'",
                user));
    others.remove(user);
    return others;
  }

  @Override
  public Set<UserId> sharing(UserId user, Collection<UserId> candidates) {
    var found = new TreeSet<UserId>();
    var all = List.copyOf(candidates);
    for (int from = 0; from < all.size(); from += ASKED_AT_ONCE) {
      var some = all.subList(from, Math.min(from + ASKED_AT_ONCE, all.size()));
      var parameters = new ArrayList<Object>();
      parameters.add(user);
      parameters.addAll(some);
      found.addAll(
          list(
              row -> new UserId(row.getString(1)),
              "SELECT DISTINCT o.user_id FROM room_member m JOIN room_member o ON o.room = m.room"
                  + " WHERE m.user_id = ? AND m.membership = 'join' AND o.membership = 'join'"
                  + " AND o.user_id IN ("
                  + "?, ".repeat(some.size() - 1)
                  + "?)",
              parameters.toArray()));
    }
    found.remove(user);
    return found;
  }

  @Override
  public List<RoomId> roomsWith(UserId user) {
    return list(
        row -> new RoomId(row.getString(1)),
        "SELECT r.room_id FROM room_member m JOIN room r ON r.number = m.room"
            + " WHERE m.user_id = ? AND m.membership = 'join' ORDER BY r.number",
        user);
  }

  @Override
  public List<Arrivals> arrivals(long after, int limit) {
    record Place(long position, RoomId room) {}
    var byUsers =
        list(
            row -> new Place(row.getLong(1), new RoomId(row.getString(2))),
            "SELECT position, room_id FROM user_room_change WHERE position > ?"
                + " AND membership = 'join' ORDER BY position LIMIT ?",
            after,
            (long) limit);
    var byServers =
        list(
            row -> new Place(row.getLong(1), new RoomId(row.getString(2))),
            "SELECT DISTINCT s.since, r.room_id FROM room_server s JOIN room r ON r.number = s.room"
                + " WHERE s.since > ? ORDER BY s.since LIMIT ?",
            after,
            (long) limit);
    // Of both, what lies before the end of either page is complete.
    long end = Long.MAX_VALUE;
    if (byUsers.size() == limit) end = byUsers.getLast().position();
    if (byServers.size() == limit) end = Math.min(end, byServers.getLast().position());
    var rooms = new TreeMap<Long, RoomId>();
    for (var page : List.of(byUsers, byServers))
      for (var place : page) if (place.position() <= end) rooms.put(place.position(), place.room());
    return rooms.entrySet().stream()
        .limit(limit)
        .map(place -> arrivals(place.getKey(), place.getValue()))
        .toList();
  }

  private Arrivals arrivals(long position, RoomId room) {
    return new Arrivals(
        position,
        room,
        list(
            row -> new UserId(row.getString(1)),
            "SELECT user_id FROM user_room_change WHERE position = ? AND membership = 'join'"
                + " ORDER BY user_id",
            position),
        list(
            row -> new ServerName(row.getString(1)),
            "SELECT server FROM room_server WHERE since = ? ORDER BY server",
            position));
  }

  @Override
  public Set<ServerName> serversIn(RoomId room, long since) {
    return new TreeSet<>(
        list(
            row -> new ServerName(row.getString(1)),
            "SELECT s.server FROM room r JOIN room_server s ON s.room = r.number"
                + " WHERE r.room_id = ? AND s.since <= ? AND s.until = ?",
            room,
            since,
            Long.MAX_VALUE));
  }

  @Override
  public Set<ServerName> serversBefore(UserId user, long position) {
    return new TreeSet<>(
        list(
            row -> new ServerName(row.getString(1)),
            "SELECT DISTINCT s.server FROM user_room u JOIN room r ON r.room_id = u.room_id"
                + " JOIN room_server s ON s.room = r.number"
                + " WHERE u.user_id = ? AND u.membership = 'join' AND u.position < ?"
                + " AND s.since < ? AND s.until = ?",
            user,
            position,
            position,
            Long.MAX_VALUE));
  }

  @Override
  public Set<UserId> usersBefore(ServerName server, ServerName local, long position) {
    return new TreeSet<>(
        list(
            row -> new UserId(row.getString(1)),
            "SELECT DISTINCT m.user_id FROM room_server s JOIN room r ON r.number = s.room"
                + " JOIN room_member m ON m.room = s.room"
                + " JOIN user_room u ON u.user_id = m.user_id AND u.room_id = r.room_id"
                + " WHERE s.server = ? AND s.since < ? AND s.until = ?"
                + " AND m.membership = 'join' AND m.server = ?"
                + " AND u.membership = 'join' AND u.position < ?",
            server,
            position,
            Long.MAX_VALUE,
            local,
            position));
  }

  @Override
  public Optional<List<ObjectNode>> stripped(UserId user, RoomId room) {
    return list(
            row -> Optional.ofNullable(row.getBytes(1)),
            "SELECT stripped FROM user_room WHERE user_id = ? AND room_id = ?",
            user,
            room)
        .stream()
        .flatMap(Optional::stream)
        .findFirst()
        .map(envelope -> opened(user, room, envelope));
  }

  private List<ObjectNode> opened(UserId user, RoomId room, byte[] envelope) {
    var plain = codec.open(KeyScope.account(user), user + "|" + room + "|stripped", envelope);
    var events = new ArrayList<ObjectNode>();
    try {
      for (var event : Json.parse(plain))
        if (event instanceof ObjectNode object) events.add(object);
    } catch (MalformedJson e) {
      throw new IllegalStateException("The stripped state of an invite is damaged.", e);
    }
    return events;
  }
}
