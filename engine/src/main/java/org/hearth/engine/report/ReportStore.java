package org.hearth.engine.report;

import java.util.List;
import org.hearth.schemas.id.UserId;

/// Reads what [ReportChange]s made durable.
public interface ReportStore {

  /// With a number after `after`, the oldest first, at most `limit`.
  List<Report> after(long after, int limit);

  /// How many reports of a user are not closed.
  int openOf(UserId reporter);
}
