package org.hearth.storage;

/// A query failed: the database cannot be reached, or refuses the statement.
public final class DatabaseUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatabaseUnavailable(Throwable cause) {
    super("The database did not answer a query.", cause);
  }
}
