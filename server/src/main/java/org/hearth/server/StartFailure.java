package org.hearth.server;

/// The server cannot start, for a reason that an administrator can mend. The message says what and
/// how; it needs no stack trace.
final class StartFailure extends Exception {
  private static final long serialVersionUID = 1L;

  StartFailure(String message) {
    super(message);
  }

  StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
