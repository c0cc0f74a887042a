package org.hearth.storage.e2ee;

import org.hearth.e2ee.crosssigning.CrossSigningChange;
import org.hearth.ledger.Positioned;
import org.hearth.storage.rows.ChangeRows;
import org.hearth.storage.rows.RowSink;
import org.hearth.storage.rows.RowWrite;

/// Cross-signing keys and signatures.
record CrossSigningRows() implements ChangeRows<CrossSigningChange> {
  private static final RowWrite FORGET_KEYS = E2eeTables.CROSS_SIGNING.deleteBy("user_id");
  private static final RowWrite FORGET_ON = E2eeTables.SIGNATURES.deleteBy("target");
  private static final RowWrite FORGET_BY = E2eeTables.SIGNATURES.deleteBy("signer");

  @Override
  public void rows(Positioned<CrossSigningChange> positioned, RowSink rows) {
    switch (positioned.change()) {
      case CrossSigningChange.CrossSigningKeyStored(var user, var usage, var key) ->
          rows.upsert(E2eeTables.CROSS_SIGNING, user.value(), usage.wireName(), Sealed.clear(key));
      case CrossSigningChange.CrossSigningKeyForgotten(var user, var usage) ->
          rows.delete(E2eeTables.CROSS_SIGNING, user.value(), usage.wireName());
      case CrossSigningChange.CrossSigningForgotten(var user) -> {
        rows.run(FORGET_KEYS, user.value());
        rows.run(FORGET_ON, user.value());
        rows.run(FORGET_BY, user.value());
      }
      case CrossSigningChange.SignatureStored(var signature) ->
          rows.upsert(
              E2eeTables.SIGNATURES,
              signature.target().value(),
              signature.item(),
              signature.signer().value(),
              signature.signerKeyId(),
              signature.signature());
    }
  }
}
