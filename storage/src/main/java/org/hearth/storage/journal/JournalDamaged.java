package org.hearth.storage.journal;

/// The journal cannot be trusted: wrong key, or bytes missing where they were acknowledged. The
/// server must not start.
public final class JournalDamaged extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JournalDamaged(String message) {
    super(message);
  }
}
