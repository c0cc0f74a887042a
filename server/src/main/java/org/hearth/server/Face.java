package org.hearth.server;

import io.vertx.core.http.HttpServerRequest;

/// Something that answers requests: the face to clients, to other servers, to monitoring.
@FunctionalInterface
interface Face {
  /// Takes one request, on an event loop, before anything of its body was read.
  ///
  /// @param forwarded whether the peer is a trusted proxy, whose `X-Forwarded-For` counts
  void handle(HttpServerRequest request, boolean forwarded);
}
