package org.hearth.storage.report;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.report.Report;
import org.hearth.engine.report.ReportStore;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Database;

/// Reads reports.
public final class StoredReports implements ReportStore {
  private final Database database;
  private final Sealing sealing;

  public StoredReports(Database database, Sealing sealing) {
    this.database = database;
    this.sealing = sealing;
  }

  @Override
  public List<Report> after(long after, int limit) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement(
                  "SELECT number, reporter, room_id, event_id, user_id, reason, at_ms FROM report"
                      + " WHERE number > ? ORDER BY number LIMIT ?")) {
            query.setLong(1, after);
            query.setInt(2, limit);
            var reports = new ArrayList<Report>();
            try (var rows = query.executeQuery()) {
              while (rows.next()) reports.add(report(rows));
            }
            return reports;
          }
        });
  }

  @Override
  public int openOf(UserId reporter) {
    return database.jdbc(
        connection -> {
          try (var query =
              connection.prepareStatement("SELECT COUNT(*) FROM report WHERE reporter = ?")) {
            query.setString(1, reporter.value());
            try (var rows = query.executeQuery()) {
              return rows.next() ? rows.getInt(1) : 0;
            }
          }
        });
  }

  private Report report(ResultSet row) throws SQLException {
    long number = row.getLong(1);
    var reporter = new UserId(row.getString(2));
    var room = row.getString(3);
    var event = row.getString(4);
    var user = row.getString(5);
    byte[] reason = row.getBytes(6);
    return new Report(
        number,
        reporter,
        room == null ? null : new RoomId(room),
        event == null ? null : new EventId(event),
        user == null ? null : new UserId(user),
        reason == null
            ? null
            : new String(
                sealing.open(KeyScope.server(), ReportTopic.place(reporter, number), reason),
                StandardCharsets.UTF_8),
        row.getLong(7));
  }
}
