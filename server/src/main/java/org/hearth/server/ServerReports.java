package org.hearth.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.Reply;
import org.hearth.client.http.RequestError;
import org.hearth.client.http.Routes;
import org.hearth.engine.report.Report;
import org.hearth.engine.report.Reports;

/// What users reported, for operators: `GET /_hearth/admin/v1/reports`, and a POST below it when
/// one is done with.
final class ServerReports {
  private static final String PATH = "/_hearth/admin/v1/reports";

  private final Reports reports;

  ServerReports(Reports reports) {
    this.reports = reports;
  }

  void mount(Routes routes) {
    routes.get(PATH, Auth.OPERATOR, this::reports);
    routes.post(PATH + "/:number/close", Auth.OPERATOR, this::close);
  }

  /// Shape `{"reports": [{"number": 7, "reporter": "@a:b", "room_id"?: "!r:b", "event_id"?: "$e",
  /// "user_id"?: "@c:b", "reason"?: "...", "at_ms": 1}]}`, the oldest first.
  Reply reports(Caller caller, Path path) {
    var query = path.query();
    int limit = (int) Math.min(query.number("limit", 100), Integer.MAX_VALUE);
    return Reply.ok(
        Map.of(
            "reports",
            reports.after(query.number("after", 0), limit).stream()
                .map(ServerReports::rendered)
                .toList()));
  }

  private static Map<String, Object> rendered(Report report) {
    var rendered = new LinkedHashMap<String, Object>();
    rendered.put("number", report.number());
    rendered.put("reporter", report.reporter().value());
    if (report.roomId() != null) rendered.put("room_id", report.roomId().value());
    if (report.eventId() != null) rendered.put("event_id", report.eventId().value());
    if (report.userId() != null) rendered.put("user_id", report.userId().value());
    if (report.reason() != null) rendered.put("reason", report.reason());
    rendered.put("at_ms", report.atMs());
    return rendered;
  }

  /// Closing what is closed does nothing.
  Reply close(Caller caller, Path path) {
    try {
      reports.close(Long.parseLong(path.get("number")));
    } catch (NumberFormatException e) {
      throw RequestError.invalidParam("A report is closed by its number");
    }
    return Reply.empty();
  }
}
