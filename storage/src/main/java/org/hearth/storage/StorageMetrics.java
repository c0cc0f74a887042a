package org.hearth.storage;

/// Hears how writing goes. Called on the ledger's thread; must be short.
public interface StorageMetrics {

  StorageMetrics NONE = new StorageMetrics() {};

  /// A batch became durable.
  ///
  /// @param changes how many it held
  /// @param rows how many rows it wrote
  /// @param nanos from the first change's translation to durability
  default void batch(int changes, int rows, long nanos) {}

  /// One forced write of the journal (H2), or one commit (PostgreSQL).
  default void sync(long nanos) {}

  /// One checkpoint of H2's file.
  default void checkpoint(long nanos) {}
}
