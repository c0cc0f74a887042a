package org.hearth.ledger;

import org.jspecify.annotations.Nullable;

/// Why an entry did not become durable. The HTTP faces map it once.
public sealed class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private LedgerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The queue is full: try again later (429).
  public static final class Full extends LedgerException {
    private static final long serialVersionUID = 1L;

    public Full() {
      super("The server is writing as fast as it can; try again in a moment.", null);
    }
  }

  /// The database refuses these very changes; others are not affected (500, a bug or data the
  /// database cannot hold).
  public static final class Refused extends LedgerException {
    private static final long serialVersionUID = 1L;

    public Refused(@Nullable Throwable cause) {
      super("The database refused the change.", cause);
    }
  }

  /// What the entry was built upon failed; build it again.
  public static final class Superseded extends LedgerException {
    private static final long serialVersionUID = 1L;

    public Superseded() {
      super("An earlier change that this one was built upon failed.", null);
    }
  }

  /// Nothing can be written now: disk full or read-only, database away, server stopping (503).
  public static final class Unavailable extends LedgerException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
