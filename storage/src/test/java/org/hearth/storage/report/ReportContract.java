package org.hearth.storage.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.hearth.engine.report.Report;
import org.hearth.engine.report.ReportChange;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.storage.ContractOf;
import org.hearth.storage.StorageTest;
import org.junit.jupiter.api.Test;

@ContractOf(StoredReports.class)
abstract class ReportContract extends StorageTest {
  private static final UserId ALICE = UserId.parse("@alice:a.example");
  private static final UserId BOB = UserId.parse("@bob:a.example");
  private static final RoomId ROOM = RoomId.parse("!room:a.example");

  @Test
  void reportsStayUntilTheyAreClosed() {
    var reports = new StoredReports(storage().database(), storage().sealing());
    write(
        new ReportChange.Made(
            new Report(0, ALICE, ROOM, EventId.parse("$e"), null, "böse\0Worte", 5)));
    write(new ReportChange.Made(new Report(0, BOB, null, null, ALICE, null, 6)));
    var all = reports.after(0, 10);
    long first = all.getFirst().number();
    long second = all.getLast().number();
    assertThat(all)
        .containsExactly(
            new Report(first, ALICE, ROOM, EventId.parse("$e"), null, "böse\0Worte", 5),
            new Report(second, BOB, null, null, ALICE, null, 6));
    assertThat(reports.after(first, 10)).hasSize(1);
    assertThat(reports.after(0, 1)).hasSize(1);
    assertThat(reports.openOf(ALICE)).isEqualTo(1);
    write(new ReportChange.Closed(first));
    assertThat(reports.openOf(ALICE)).isZero();
    assertThat(reports.after(0, 10)).hasSize(1);
  }
}
