package org.hearth.engine.report;

import org.hearth.ledger.Change;

/// What becomes of reports.
public sealed interface ReportChange extends Change {

  /// A new one, whose number is the change's position.
  record Made(Report report) implements ReportChange {}

  /// An administrator is done with it.
  record Closed(long number) implements ReportChange {}
}
