package org.hearth.storage;

/// Ends the process when going on could lose or contradict what was acknowledged: a failed fsync, a
/// commit whose outcome cannot be found out.
///
/// After a failed fsync the kernel may have dropped the pages and report success the next time, so
/// that only a fresh start, which reads what is really there, is safe.
@FunctionalInterface
public interface Fatal {

  /// Does not return: halts the process, or throws in tests. The error is declared so that callers
  /// can write `throw`.
  Error end(String why, Throwable cause);

  /// Writes the reason to the log and halts at once, without shutdown hooks: they might write.
  static Fatal halting() {
    return (why, cause) -> {
      org.slf4j.LoggerFactory.getLogger(Fatal.class).error("Ending the process: {}", why, cause);
      Runtime.getRuntime().halt(70);
      return new AssertionError(why, cause);
    };
  }
}
