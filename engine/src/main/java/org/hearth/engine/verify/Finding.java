package org.hearth.engine.verify;

/// Something that a verification found.
///
/// @param event the event it is about; empty if it is about none
/// @param text a sentence that says what is stored and what should be; no content of events
public record Finding(Kind kind, String event, String text) {

  /// What can be found. Differences mean that something stored is not what the rules make of the
  /// rest; notes are what a sound room may have.
  public enum Kind {
    UNREADABLE_EVENT(true),
    MALFORMED_EVENT(true),
    WRONG_EVENT_ID(true),
    WRONG_CONTENT_HASH(true),
    WRONG_SIGNATURE(true),
    WRONG_COLUMN(true),
    WRONG_REDACTION(true),
    WRONG_AUTH_EDGES(true),
    AUTH_EVENT_MISSING(true),
    PREVIOUS_EVENT_MISSING(true),
    WRONG_VERDICT(true),
    STATE_NODE_MISSING(true),
    WRONG_STATE_BEFORE(true),
    WRONG_STATE_AFTER(true),
    WRONG_STATE_ENTRY(true),
    WRONG_CURRENT_STATE(true),
    WRONG_HEADS(true),
    WRONG_MEMBERSHIP(true),
    WRONG_SERVERS(true),
    WRONG_GAP(true),
    WRONG_RELATION(true),
    DANGLING_ROW(true),
    GAP(false),
    PURGED_HISTORY(false),
    EQUIVOCATION(false),
    CONTENT_NOT_KEPT(false),
    EXTREMITY_LEFT_BEHIND(false),
    SIGNATURE_UNCHECKED(false);

    private final boolean difference;

    Kind(boolean difference) {
      this.difference = difference;
    }

    public boolean isDifference() {
      return difference;
    }
  }
}
