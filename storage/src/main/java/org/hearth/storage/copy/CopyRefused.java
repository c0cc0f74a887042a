package org.hearth.storage.copy;

/// A copy, backup or restore cannot be done like this; the message is for the administrator.
public final class CopyRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CopyRefused(String message) {
    super(message);
  }

  public CopyRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
