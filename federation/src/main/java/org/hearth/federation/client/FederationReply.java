package org.hearth.federation.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;

/// What came of a request to another homeserver.
public sealed interface FederationReply {

  /// A 2xx answer with a JSON body.
  record Answered(JsonNode body) implements FederationReply {}

  /// The other side said no: any other status. Its text is the other server's and not to be
  /// trusted.
  ///
  /// @param errorCode `errcode` of the body; `M_UNKNOWN` if it has none
  /// @param error `error` of the body, at most 500 characters; empty if it has none
  /// @param body the whole body if it is JSON, else an empty object
  /// @param retryAfter with status 429: how long to wait
  record Refused(
      int status, String errorCode, String error, JsonNode body, Optional<Duration> retryAfter)
      implements FederationReply {}

  /// There was no answer that can be used.
  ///
  /// @param reason a sentence for logs and for error answers to clients
  record Failed(Cause cause, String reason) implements FederationReply {}

  /// Why there was none.
  enum Cause {
    /// The configuration does not allow this server, or its addresses.
    BLOCKED,
    /// It did not answer lately and is left alone for a while.
    BACKING_OFF,
    /// Too many requests to it are under way.
    BUSY,
    /// Its name leads nowhere.
    UNRESOLVABLE,
    /// No connection, a bad certificate, or the connection broke.
    UNREACHABLE,
    TIMED_OUT,
    /// Longer than allowed, or not JSON.
    UNUSABLE
  }
}
