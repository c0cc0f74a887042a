package org.hearth.storage.e2ee;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hearth.e2ee.backup.BackupKey;
import org.hearth.e2ee.backup.BackupStore;
import org.hearth.e2ee.backup.BackupVersion;
import org.hearth.e2ee.backup.KeySelection;
import org.hearth.e2ee.backup.SessionRef;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Key backups.
public final class StoredBackups implements BackupStore {
  private static final String VERSION =
      "SELECT version, algorithm, auth_data, etag, key_count FROM backup_version ";

  private final Reader reader;
  private final Sealed sealed;

  public StoredBackups(Database database, Sealing sealing) {
    this.reader = new Reader(database);
    this.sealed = new Sealed(sealing);
  }

  @Override
  public long newestNumber(UserId user) {
    return reader
        .first(
            "SELECT MAX(version) FROM backup_version WHERE user_id = ?",
            row -> row.getLong(1),
            user.value())
        .orElse(0L);
  }

  @Override
  public Optional<BackupVersion> current(UserId user) {
    return reader.first(
        VERSION
            + "WHERE user_id = ? AND deleted = FALSE ORDER BY user_id DESC, version DESC LIMIT 1",
        StoredBackups::version,
        user.value());
  }

  @Override
  public Optional<Known> known(UserId user, long version) {
    return reader.first(
        "SELECT deleted FROM backup_version WHERE user_id = ? AND version = ?",
        row -> new Known(version, row.getBoolean(1)),
        user.value(),
        version);
  }

  @Override
  public Optional<BackupVersion> version(UserId user, long version) {
    return reader.first(
        VERSION + "WHERE user_id = ? AND version = ? AND deleted = FALSE",
        StoredBackups::version,
        user.value(),
        version);
  }

  private static BackupVersion version(ResultSet row) throws SQLException {
    return new BackupVersion(
        row.getLong(1),
        row.getString(2),
        (ObjectNode) Sealed.parse(row.getBytes(3)),
        row.getLong(4),
        row.getLong(5));
  }

  private record RankRow(SessionRef session, BackupKey.Rank rank) {}

  @Override
  public Map<SessionRef, BackupKey.Rank> ranks(
      UserId user, long version, Collection<SessionRef> sessions) {
    var wanted = new HashSet<>(sessions);
    var byRoom = new TreeMap<RoomId, List<String>>();
    for (var session : sessions)
      byRoom.computeIfAbsent(session.roomId(), _ -> new ArrayList<>()).add(session.sessionId());
    var ranks = new HashMap<SessionRef, BackupKey.Rank>();
    byRoom.forEach(
        (room, ids) ->
            reader
                .in(
                    "SELECT session_id, first_message_index, forwarded_count, is_verified"
                        + " FROM backup_key WHERE user_id = ? AND version = ? AND room_id = ?"
                        + " AND session_id %s",
                    ids,
                    row ->
                        new RankRow(
                            new SessionRef(room, row.getString(1)),
                            new BackupKey.Rank(row.getLong(2), row.getLong(3), row.getBoolean(4))),
                    user.value(),
                    version,
                    room.value())
                .forEach(row -> ranks.put(row.session(), row.rank())));
    ranks.keySet().retainAll(wanted);
    return ranks;
  }

  private record KeyRow(
      SessionRef session, long index, long forwarded, boolean verified, byte[] data) {}

  @Override
  public SortedMap<SessionRef, BackupKey> keys(UserId user, long version, KeySelection selection) {
    var where = new Where(user, version, selection);
    var keys = new TreeMap<SessionRef, BackupKey>();
    reader
        .list(
            "SELECT room_id, session_id, first_message_index, forwarded_count, is_verified,"
                + " session_data FROM backup_key"
                + where.sql(),
            row ->
                new KeyRow(
                    new SessionRef(new RoomId(row.getString(1)), row.getString(2)),
                    row.getLong(3),
                    row.getLong(4),
                    row.getBoolean(5),
                    row.getBytes(6)),
            where.parameters())
        .forEach(row -> keys.put(row.session(), key(user, version, row)));
    return keys;
  }

  private BackupKey key(UserId user, long version, KeyRow row) {
    var place =
        Sealed.backup(
            user.value(), version, row.session().roomId().value(), row.session().sessionId());
    var data = sealed.open(KeyScope.account(user), place, row.data());
    return new BackupKey(row.index(), row.forwarded(), row.verified(), data);
  }

  @Override
  public long count(UserId user, long version, KeySelection selection) {
    var where = new Where(user, version, selection);
    return reader
        .first(
            "SELECT COUNT(*) FROM backup_key" + where.sql(),
            row -> row.getLong(1),
            where.parameters())
        .orElse(0L);
  }

  /// The condition that selects keys.
  private record Where(UserId user, long version, KeySelection selection) {

    String sql() {
      var sql = " WHERE user_id = ? AND version = ?";
      if (selection.roomId().isPresent()) sql += " AND room_id = ?";
      if (selection.sessionId().isPresent()) sql += " AND session_id = ?";
      return sql;
    }

    Object[] parameters() {
      var parameters = new ArrayList<Object>(List.of(user.value(), version));
      selection.roomId().ifPresent(room -> parameters.add(room.value()));
      selection.sessionId().ifPresent(parameters::add);
      return parameters.toArray();
    }
  }
}
