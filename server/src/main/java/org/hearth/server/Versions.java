package org.hearth.server;

import io.vertx.core.http.HttpServerRequest;

/// [GET /versions](https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions).
final class Versions implements Face {
  @Override
  public void handle(HttpServerRequest request, boolean forwarded) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .end("{\"versions\":[\"v1.19\"]}")
        .onFailure(gone -> {});
  }
}
