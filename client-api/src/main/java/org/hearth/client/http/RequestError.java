package org.hearth.client.http;

import java.time.Duration;
import java.util.Map;

/// A request that cannot be understood or may not be served; becomes its [Reply] at the router.
///
/// Only for reading and admitting requests. What the engine refuses is an outcome, not an
/// exception.
public final class RequestError extends RuntimeException {
  private final transient Reply reply;

  private RequestError(Reply reply, String message) {
    super(message, null, false, false);
    this.reply = reply;
  }

  /// Refuses with the standard error shape.
  public static RequestError of(int status, String errcode, String error) {
    return new RequestError(Reply.error(status, errcode, error), error);
  }

  /// Refuses with more keys in the error's body.
  public static RequestError of(int status, String errcode, String error, Map<String, ?> more) {
    return new RequestError(Reply.error(status, errcode, error, more), error);
  }

  /// The body has a wrong type or value at `what`: 400 `M_BAD_JSON`.
  public static RequestError badJson(String what) {
    return of(400, "M_BAD_JSON", what);
  }

  /// A path or query parameter does not parse: 400 `M_INVALID_PARAM`.
  public static RequestError invalidParam(String what) {
    return of(400, "M_INVALID_PARAM", what);
  }

  /// A parameter or key is absent: 400 `M_MISSING_PARAM`.
  public static RequestError missingParam(String name) {
    return of(400, "M_MISSING_PARAM", "Missing parameter: " + name);
  }

  /// Too many bytes: 413 `M_TOO_LARGE`.
  public static RequestError tooLarge(long maxBytes) {
    return of(413, "M_TOO_LARGE", "The request is larger than " + maxBytes + " bytes");
  }

  /// Too many requests: 429 `M_LIMIT_EXCEEDED`.
  public static RequestError limited(Duration retryAfter) {
    return new RequestError(Reply.limitExceeded(retryAfter), "Too many requests");
  }

  /// What the client gets.
  public Reply reply() {
    return reply;
  }
}
