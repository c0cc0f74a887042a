package org.hearth.e2ee.crosssigning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hearth.ledger.Change;
import org.hearth.schemas.id.UserId;

/// What changes in cross-signing keys and signatures.
public sealed interface CrossSigningChange extends Change {

  /// The user's key for this usage, in place of the one it had.
  record CrossSigningKeyStored(UserId user, Usage usage, ObjectNode key)
      implements CrossSigningChange {}

  /// The user has no key for this usage any more.
  record CrossSigningKeyForgotten(UserId user, Usage usage) implements CrossSigningChange {}

  /// All cross-signing keys of the user and all signatures made by it or on its things go.
  record CrossSigningForgotten(UserId user) implements CrossSigningChange {}

  record SignatureStored(KeySignature signature) implements CrossSigningChange {}
}
