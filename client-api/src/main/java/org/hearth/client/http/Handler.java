package org.hearth.client.http;

/// Handlers of endpoints, by what they take. They run on a virtual thread and may block.
public final class Handler {
  private Handler() {}

  /// For routes without a body.
  @FunctionalInterface
  public interface Bodyless {
    /// Answers one request.
    Reply handle(Caller caller, Path path);
  }

  /// For routes with a body, which arrives bound and checked.
  @FunctionalInterface
  public interface WithBody<B> {
    /// Answers one request.
    Reply handle(Caller caller, Path path, B body);
  }
}
