package org.hearth.e2ee.sealing;

/// The database was sealed with another master key.
public final class WrongMasterKey extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongMasterKey() {
    super(
        "The master key does not belong to this database. Start with the key that it was made with, or restore that key.");
  }
}
