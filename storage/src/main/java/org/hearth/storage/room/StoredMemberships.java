package org.hearth.storage.room;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
  public List<RoomId> roomsWith(UserId user) {
    return list(
        row -> new RoomId(row.getString(1)),
        "SELECT r.room_id FROM room_member m JOIN room r ON r.number = m.room"
            + " WHERE m.user_id = ? AND m.membership = 'join' ORDER BY r.number",
        user);
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
