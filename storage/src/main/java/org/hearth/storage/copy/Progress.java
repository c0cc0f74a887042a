package org.hearth.storage.copy;

/// Hears how far a long job is. Called often; must be short.
@FunctionalInterface
public interface Progress {

  Progress NONE = (step, done, total) -> {};

  /// @param step what is being done, for a person
  /// @param done in the step's own unit
  /// @param total 0 if unknown
  void at(String step, long done, long total);
}
