package org.hearth.storage;

/// The server cannot start on this database; the message is for the administrator.
public final class StorageCannotOpen extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StorageCannotOpen(String message, Throwable cause) {
    super(message, cause);
  }

  static StorageCannotOpen because(Exception e) {
    return e instanceof StorageCannotOpen already
        ? already
        : new StorageCannotOpen("The database cannot be opened: " + e.getMessage(), e);
  }
}
