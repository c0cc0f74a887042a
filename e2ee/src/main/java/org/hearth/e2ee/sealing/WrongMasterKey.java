package org.hearth.e2ee.sealing;

/// The database was sealed with another master key.
public final class WrongMasterKey extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongMasterKey() {
    super(
        "The master key, or root.keys in the data directory, does not belong to this database."
            + " Start with those that it was made with, or bring them back from your backup.");
  }
}
