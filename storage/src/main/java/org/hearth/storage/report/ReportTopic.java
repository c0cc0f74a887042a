package org.hearth.storage.report;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.Sealing;
import org.hearth.engine.report.Report;
import org.hearth.engine.report.ReportChange;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.Topic;
import org.hearth.storage.check.SealedColumn;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.Table;

/// The rows of reports.
public final class ReportTopic {
  private static final Table REPORT =
      Table.of(
          "report",
          List.of("number"),
          "reporter",
          "room_id",
          "event_id",
          "user_id",
          "reason",
          "at_ms");

  private final Sealing sealing;

  private ReportTopic(Sealing sealing) {
    this.sealing = sealing;
  }

  public static Topic topic(Sealing sealing) {
    var rows = new ReportTopic(sealing);
    return Topic.named("reports")
        .change(
            ReportChange.class,
            (positioned, sink) -> {
              switch (positioned.change()) {
                case ReportChange.Made(var report) ->
                    rows.made(positioned.position(), report, sink);
                case ReportChange.Closed(long number) -> sink.delete(REPORT, number);
              }
            });
  }

  /// What binds a sealed reason to its row.
  static byte[] place(UserId reporter, long number) {
    return (reporter + "|report|" + number).getBytes(StandardCharsets.UTF_8);
  }

  private void made(long number, Report report, RowSink sink) {
    var room = report.roomId();
    var event = report.eventId();
    var user = report.userId();
    var reason = report.reason();
    sink.insert(
        REPORT,
        number,
        report.reporter().value(),
        room == null ? null : room.value(),
        event == null ? null : event.value(),
        user == null ? null : user.value(),
        reason == null
            ? null
            : sealing.seal(
                KeyScope.server(),
                place(report.reporter(), number),
                reason.getBytes(StandardCharsets.UTF_8)),
        report.atMs());
  }

  /// What is sealed of reports.
  public static List<SealedColumn> sealedColumns() {
    return List.of(
        SealedColumn.of(
            "report",
            "reason",
            _ -> KeyScope.server(),
            row -> row.get(0) + "|report|" + row.get(1),
            "reporter",
            "number"));
  }
}
