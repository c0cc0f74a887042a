package org.hearth.e2ee.sealing;

/// Seals payloads for the disk with AES-256-GCM. Safe for many threads.
public interface Sealing {

  /// Envelope: version (1 byte), epoch of the key (1 to 5 bytes), nonce (12), ciphertext, tag (16);
  /// about 30 bytes more than the plaintext.
  ///
  /// If the scope has no key yet, one is made here; it becomes durable with the next batch of the
  /// ledger, so no later than the row or the reference that makes the sealed bytes findable.
  ///
  /// @param associatedData what these bytes belong to, such as an event ID and a column: [#open]
  ///   must be given the same, so that nobody can swap sealed values between rows
  byte[] seal(KeyScope scope, byte[] associatedData, byte[] plaintext);

  /// Throws [CannotOpen] if the bytes were changed, belong elsewhere, or if their key was
  /// destroyed.
  byte[] open(KeyScope scope, byte[] associatedData, byte[] sealed);
}
