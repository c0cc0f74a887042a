package org.hearth.storage.rows;

import org.jspecify.annotations.Nullable;

/// Takes the rows of one batch, in order. Nothing is written before the whole batch has been taken.
///
/// Values are `Long`, `Integer`, `String`, `byte[]`, `Boolean` or null. Text must not hold U+0000:
/// PostgreSQL cannot store it, so that both databases refuse it ([UnstorableText]); what may hold
/// it goes into bytes.
public interface RowSink {

  /// Runs a write with its parameters.
  void run(RowWrite write, @Nullable Object... parameters);

  /// A new row; the whole entry is refused if its key exists.
  default void insert(Table table, @Nullable Object... row) {
    run(table.insert(), row);
  }

  /// A new row, or nothing if its key exists.
  default void insertIfAbsent(Table table, @Nullable Object... row) {
    run(table.insertIfAbsent(), row);
  }

  /// A new row, or all other columns of the row with this key.
  default void upsert(Table table, @Nullable Object... row) {
    run(table.upsert(), row);
  }

  /// Removes the row with this key, if there is one.
  default void delete(Table table, @Nullable Object... key) {
    run(table.delete(), key);
  }
}
