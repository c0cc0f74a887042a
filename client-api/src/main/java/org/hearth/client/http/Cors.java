package org.hearth.client.http;

import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// [Web browser clients](https://spec.matrix.org/v1.19/client-server-api/#web-browser-clients):
/// each answer carries these headers, and OPTIONS answers without doing anything.
final class Cors {
  private Cors() {}

  static void allow(HttpServerResponse response) {
    response.putHeader("Access-Control-Allow-Origin", "*");
    response.putHeader(
        "Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS, PATCH, HEAD");
    response.putHeader(
        "Access-Control-Allow-Headers",
        "X-Requested-With, Content-Type, Authorization, Range, If-None-Match, If-Match");
    response.putHeader("Access-Control-Expose-Headers", "Retry-After, ETag, Location");
  }

  static Reply preflight() {
    return new Reply(
        200,
        List.of(new Reply.Header("Access-Control-Max-Age", "86400")),
        new Reply.Content.Bytes("text/plain", new byte[0]));
  }

  static String allowed(Set<Method> methods) {
    return methods.stream().map(Method::name).sorted().collect(Collectors.joining(", "))
        + ", OPTIONS";
  }
}
