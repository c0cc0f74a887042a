package org.hearth.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hearth.server.config.Config.Api;
import org.hearth.server.config.Network;

/// Sends each request of one listener to the face that its path belongs to, if the listener serves
/// that face.
final class Dispatcher implements Handler<HttpServerRequest> {
  private static final String UNRECOGNIZED =
      "{\"errcode\":\"M_UNRECOGNIZED\",\"error\":\"Unrecognized request\"}";

  private final Map<Api, Face> faces;
  private final Set<Api> served;
  private final List<Network> trustedProxies;

  Dispatcher(Map<Api, Face> faces, Set<Api> served, List<Network> trustedProxies) {
    this.faces = faces;
    this.served = served;
    this.trustedProxies = trustedProxies;
  }

  @Override
  public void handle(HttpServerRequest request) {
    String path = request.path();
    Optional<Face> face = api(path == null ? "" : path).filter(served::contains).map(faces::get);
    if (face.isPresent()) face.get().handle(request, fromTrustedProxy(request));
    else refuse(request);
  }

  private Optional<Api> api(String path) {
    if (path.startsWith("/_matrix/client/v1/media/") || path.startsWith("/_matrix/media/")) {
      return Optional.of(Api.MEDIA);
    }
    if (path.startsWith("/_matrix/client/")) return Optional.of(Api.CLIENT);
    if (path.startsWith("/_matrix/federation/") || path.startsWith("/_matrix/key/")) {
      return Optional.of(Api.FEDERATION);
    }
    if (path.equals("/.well-known/matrix/server")) {
      return Optional.of(served.contains(Api.FEDERATION) ? Api.FEDERATION : Api.CLIENT);
    }
    if (path.startsWith("/.well-known/matrix/")) return Optional.of(Api.CLIENT);
    if (path.startsWith("/_synapse/") || path.startsWith("/_hearth/")) {
      return Optional.of(Api.ADMIN);
    }
    if (path.equals("/metrics")) return Optional.of(Api.METRICS);
    return Optional.empty();
  }

  private boolean fromTrustedProxy(HttpServerRequest request) {
    if (trustedProxies.isEmpty() || request.remoteAddress() == null) return false;
    String address = request.remoteAddress().hostAddress();
    if (address == null) return false;
    try {
      InetAddress peer = InetAddress.getByName(address);
      return trustedProxies.stream().anyMatch(network -> network.contains(peer));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void refuse(HttpServerRequest request) {
    // Many clients of this path are browsers, which show an answer only with this header.
    request
        .response()
        .setStatusCode(404)
        .putHeader("Access-Control-Allow-Origin", "*")
        .putHeader("Content-Type", "application/json")
        .end(UNRECOGNIZED)
        .onFailure(gone -> {});
  }
}
