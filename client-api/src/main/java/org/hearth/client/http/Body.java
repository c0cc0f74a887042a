package org.hearth.client.http;

/// How a route takes its body.
sealed interface Body {
  /// Whatever comes is read up to the limit and ignored.
  record Ignored() implements Body {}

  /// JSON bound to a type: a record, or a node.
  ///
  /// @param emptyAllowed no bytes at all count as `{}`
  record Json(Class<?> type, boolean emptyAllowed) implements Body {}

  /// All bytes at once, as `byte[]`.
  record Bytes() implements Body {}

  /// A [BodyStream] that the handler reads.
  record Stream() implements Body {}
}
