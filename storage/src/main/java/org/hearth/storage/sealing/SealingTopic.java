package org.hearth.storage.sealing;

import java.util.List;
import org.hearth.e2ee.sealing.KeyRewrapped;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.e2ee.sealing.RootKeysRotated;
import org.hearth.storage.Topic;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// Rows of sealing keys. New keys come by [NewSealingKeys], with whatever batch is the next.
public final class SealingTopic {
  static final Table KEYS =
      Table.of("sealing_key", List.of("scope", "epoch"), "created_ms", "wrapping", "wrapped");
  static final RowWrite DESTROY =
      KEYS.sql("DELETE FROM sealing_key WHERE scope = ? AND epoch <= ?");

  static final Table DESTROYED = Table.of("sealing_destroyed", List.of("wrapping"));
  private static final RowWrite CLOSED =
      DESTROYED.sql("DELETE FROM sealing_destroyed WHERE wrapping < ?");

  /// Only where it is still the same key: another one may have been made in its place.
  private static final RowWrite REWRAP =
      KEYS.updateBy(List.of("scope", "epoch", "wrapping"), "wrapped", "wrapping");

  private SealingTopic() {}

  public static Topic topic(NewSealingKeys keys) {
    return Topic.named("sealing")
        .change(KeysDestroyed.class, (change, rows) -> keys.destroy(change.change().scope(), rows))
        .change(
            RootKeysRotated.class, (change, rows) -> rows.run(CLOSED, change.change().wrapping()))
        .change(
            KeyRewrapped.class,
            (change, rows) -> {
              var key = change.change().key();
              rows.run(
                  REWRAP,
                  key.wrapped(),
                  key.wrapping(),
                  key.scope().name(),
                  key.epoch(),
                  change.change().before());
            });
  }
}
