package org.hearth.e2ee.keys;

/// What came of asking another server.
public sealed interface RemoteAnswer<T> {

  record Answered<T>(T value) implements RemoteAnswer<T> {}

  /// @param why for the log and the client's `failures`: timeout, unreachable, refused, malformed
  record Failed<T>(String why) implements RemoteAnswer<T> {}
}
