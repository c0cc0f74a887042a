package org.hearth.engine.report;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.hearth.ledger.Ledger;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.id.EventId;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.jspecify.annotations.Nullable;

/// Keeps reports until an administrator closes them. The reason may quote what was said: it is
/// sealed.
public final class Reports {
  private static final int MAX_REASON_BYTES = 16 * 1024;

  /// So many of one user wait for an administrator at a time.
  private static final int MAX_OPEN = 1_000;

  private static final int MAX_PAGE = 500;

  private final ReportStore store;
  private final Ledger ledger;
  private final InstantSource clock;

  public Reports(ReportStore store, Ledger ledger, InstantSource clock) {
    this.store = store;
    this.ledger = ledger;
    this.clock = clock;
  }

  /// `M_TOO_LARGE` for a reason that is too long, `M_LIMIT_EXCEEDED` if too many reports of the
  /// user wait already.
  ///
  /// @param eventId null to report the room
  public Outcome<Void> inRoom(
      UserId reporter, RoomId roomId, @Nullable EventId eventId, @Nullable String reason) {
    return make(new Report(0, reporter, roomId, eventId, null, reason, clock.millis()));
  }

  /// As [#inRoom].
  public Outcome<Void> user(UserId reporter, UserId userId, @Nullable String reason) {
    return make(new Report(0, reporter, null, null, userId, reason, clock.millis()));
  }

  private Outcome<Void> make(Report report) {
    if (report.reason() != null
        && report.reason().getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES)
      return Outcome.refused(ErrorCode.M_TOO_LARGE, "The reason may have 16 kB.");
    if (store.openOf(report.reporter()) >= MAX_OPEN)
      return Outcome.refused(
          ErrorCode.M_LIMIT_EXCEEDED, "You have made many reports; wait until they are looked at.");
    ledger.write(new ReportChange.Made(report));
    return Outcome.nothing();
  }

  /// For administrators: what waits, the oldest first.
  public List<Report> after(long number, int limit) {
    return store.after(number, Math.clamp(limit, 1, MAX_PAGE));
  }

  /// For administrators: done with.
  public void close(long number) {
    ledger.write(new ReportChange.Closed(number));
  }
}
