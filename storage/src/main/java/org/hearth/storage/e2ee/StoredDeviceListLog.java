package org.hearth.storage.e2ee;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.hearth.e2ee.keys.DeviceListLog;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// The log of changed device lists.
public final class StoredDeviceListLog implements DeviceListLog {
  private static final String LINES =
      "SELECT l.position, l.user_id, l.device_id,"
          + " (SELECT MAX(p.position) FROM device_list_log p WHERE p.user_id = l.user_id"
          + " AND p.position < l.position AND p.device_id IS NOT NULL)"
          + " FROM device_list_log l WHERE l.visible_to IS NULL";

  private final Reader reader;

  public StoredDeviceListLog(Database database) {
    this.reader = new Reader(database);
  }

  @Override
  public Set<UserId> changed(UserId viewer, long from, long to) {
    return new TreeSet<>(
        reader.list(
            "SELECT DISTINCT user_id FROM device_list_log WHERE position > ? AND position <= ?"
                + " AND (visible_to IS NULL OR visible_to = ?)",
            row -> new UserId(row.getString(1)),
            from,
            to,
            viewer.value()));
  }

  @Override
  public List<Line> after(long position, int limit) {
    return reader.list(
        LINES + " AND l.position > ? ORDER BY l.position LIMIT ?",
        StoredDeviceListLog::line,
        position,
        limit);
  }

  @Override
  public Optional<Line> newestLine(UserId user) {
    return reader.first(
        LINES
            + " AND l.user_id = ? AND l.device_id IS NOT NULL"
            + " ORDER BY l.user_id DESC, l.position DESC LIMIT 1",
        StoredDeviceListLog::line,
        user.value());
  }

  @Override
  public List<Long> superseded(long upTo, int limit) {
    return reader.list(
        "SELECT o.position FROM device_list_log o WHERE o.position < ? AND EXISTS"
            + " (SELECT 1 FROM device_list_log n WHERE n.user_id = o.user_id"
            + " AND n.position > o.position AND n.position <= ?"
            + " AND (n.visible_to IS NULL OR n.visible_to = o.visible_to)"
            + " AND (n.device_id IS NOT NULL OR o.device_id IS NULL))"
            + " ORDER BY o.position LIMIT ?",
        row -> row.getLong(1),
        upTo,
        upTo,
        limit);
  }

  @Override
  public long newest(UserId user) {
    return reader
        .first(
            "SELECT MAX(position) FROM device_list_log"
                + " WHERE user_id = ? AND device_id IS NOT NULL",
            row -> row.getLong(1),
            user.value())
        .orElse(0L);
  }

  private static Line line(ResultSet row) throws SQLException {
    long previous = row.getLong(4);
    return new Line(
        row.getLong(1),
        new UserId(row.getString(2)),
        Optional.ofNullable(row.getString(3)),
        previous == 0 ? OptionalLong.empty() : OptionalLong.of(previous));
  }
}
