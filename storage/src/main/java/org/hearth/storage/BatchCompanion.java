package org.hearth.storage;

import org.hearth.storage.rows.RowSink;

/// Adds rows to each batch that no change asked for, after the rows of its changes were taken: new
/// sealing keys.
public interface BatchCompanion {

  void rows(RowSink sink);

  /// A batch begins; the rows of its changes come next, then [#rows].
  default void begin() {}

  /// What [#rows] gave last is durable. Not called if the batch failed; then `rows` gives it again.
  void committed();
}
