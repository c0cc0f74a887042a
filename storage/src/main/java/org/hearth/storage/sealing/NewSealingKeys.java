package org.hearth.storage.sealing;

import java.util.List;
import org.hearth.e2ee.sealing.EnvelopeSealing;
import org.hearth.e2ee.sealing.WrappedKey;
import org.hearth.storage.BatchCompanion;
import org.hearth.storage.rows.RowSink;

/// Writes new keys in the same batch as the first rows that they sealed.
public final class NewSealingKeys implements BatchCompanion {
  private final EnvelopeSealing sealing;
  private List<WrappedKey> given = List.of();

  public NewSealingKeys(EnvelopeSealing sealing) {
    this.sealing = sealing;
  }

  @Override
  public void rows(RowSink sink) {
    given = sealing.unsaved();
    for (var key : given)
      sink.insert(
          SealingTopic.KEYS, key.scope().name(), key.epoch(), key.createdMs(), key.wrapped());
  }

  @Override
  public void committed() {
    sealing.saved(given);
  }
}
