package org.hearth.storage.sealing;

import java.util.ArrayList;
import java.util.List;
import org.hearth.e2ee.sealing.EnvelopeSealing;
import org.hearth.e2ee.sealing.KeyScope;
import org.hearth.e2ee.sealing.WrappedKey;
import org.hearth.storage.BatchCompanion;
import org.hearth.storage.rows.RowSink;

/// Writes new keys in the same batch as the first rows that they sealed, and lets memory forget
/// destroyed ones with the batch that deletes them.
public final class NewSealingKeys implements BatchCompanion {
  private record Destroyed(KeyScope scope, int lastEpoch) {}

  private final EnvelopeSealing sealing;
  private List<WrappedKey> given = List.of();
  private List<Destroyed> destroyed = List.of();

  /// Of the batch whose rows are being made.
  private List<Destroyed> destroying = new ArrayList<>();

  public NewSealingKeys(EnvelopeSealing sealing) {
    this.sealing = sealing;
  }

  /// Deletes the keys that the scope has now.
  void destroy(KeyScope scope, RowSink rows) {
    int last = sealing.retire(scope);
    rows.run(SealingTopic.DESTROY, scope.name(), last);
    rows.insertIfAbsent(SealingTopic.DESTROYED, sealing.wrapping());
    destroying.add(new Destroyed(scope, last));
  }

  @Override
  public void begin() {
    destroying = new ArrayList<>();
  }

  @Override
  public void rows(RowSink sink) {
    destroyed = destroying;
    given = sealing.unsaved().stream().filter(this::stays).toList();
    for (var key : given)
      sink.insert(
          SealingTopic.KEYS,
          key.scope().name(),
          key.epoch(),
          key.createdMs(),
          key.wrapping(),
          key.wrapped());
  }

  private boolean stays(WrappedKey key) {
    return destroyed.stream()
        .noneMatch(gone -> gone.scope().equals(key.scope()) && key.epoch() <= gone.lastEpoch());
  }

  @Override
  public void committed() {
    sealing.saved(given);
    for (var gone : destroyed) sealing.destroyed(gone.scope(), gone.lastEpoch());
  }
}
