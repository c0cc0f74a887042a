package org.hearth.client.rooms;

import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.reading.RoomReading;
import org.hearth.engine.report.Reports;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Specification file `report_content.yaml`. Reports wait for the administrators; the log says who
/// reported what, but not the words, which may quote what was said.
public final class ReportContent {
  private static final Logger LOG = LoggerFactory.getLogger("org.hearth.reports");

  private final RoomReading reading;
  private final Reports reports;

  public ReportContent(RoomReading reading, Reports reports) {
    this.reading = reading;
    this.reports = reports;
  }

  public void mount(Routes all) {
    Routes routes = all.limited(RateClass.GENERAL);
    routes.post(
        "/v3/rooms/:roomId/report", Auth.ACCESS_TOKEN, ReportRequest.class, this::reportRoom);
    routes.post(
        "/v3/rooms/:roomId/report/:eventId",
        Auth.ACCESS_TOKEN,
        ReportRequest.class,
        this::reportEvent);
    routes.post(
        "/v3/users/:userId/report", Auth.ACCESS_TOKEN, ReportRequest.class, this::reportUser);
  }

  /// Body of all three.
  ///
  /// @param reason absent means none was given
  record ReportRequest(@Nullable String reason) {}

  /// "The server ... responds with 200 regardless of whether the room exists", so that nobody
  /// learns which do.
  Reply reportRoom(Caller caller, Path path, ReportRequest body) {
    LOG.warn("{} reported the room {}", caller.userId(), path.roomId());
    return Reply.emptyOr(reports.inRoom(caller.userId(), path.roomId(), null, body.reason()));
  }

  Reply reportEvent(Caller caller, Path path, ReportRequest body) {
    var event = reading.event(RoomEndpoints.requester(caller), path.roomId(), path.eventId());
    return Reply.emptyOr(
        event.then(
            _ -> {
              LOG.warn(
                  "{} reported the event {} in {}", caller.userId(), path.eventId(), path.roomId());
              return reports.inRoom(caller.userId(), path.roomId(), path.eventId(), body.reason());
            }));
  }

  Reply reportUser(Caller caller, Path path, ReportRequest body) {
    LOG.warn("{} reported the user {}", caller.userId(), path.userId());
    return Reply.emptyOr(reports.user(caller.userId(), path.userId(), body.reason()));
  }
}
