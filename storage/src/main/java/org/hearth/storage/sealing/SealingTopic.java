package org.hearth.storage.sealing;

import java.util.List;
import org.hearth.e2ee.sealing.KeysDestroyed;
import org.hearth.storage.Topic;
import org.hearth.storage.rows.RowWrite;
import org.hearth.storage.rows.Table;

/// Rows of sealing keys. New keys come by [NewSealingKeys], with whatever batch is the next.
public final class SealingTopic {
  static final Table KEYS =
      Table.of("sealing_key", List.of("scope", "epoch"), "created_ms", "wrapped");
  private static final RowWrite DESTROY = KEYS.deleteBy("scope");

  private SealingTopic() {}

  public static Topic topic() {
    return Topic.named("sealing")
        .change(
            KeysDestroyed.class,
            (change, rows) -> rows.run(DESTROY, change.change().scope().name()));
  }
}
