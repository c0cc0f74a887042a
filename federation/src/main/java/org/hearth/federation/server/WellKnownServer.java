package org.hearth.federation.server;

import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.json.Json;

/// Specification file `wellknown.yaml`; methods are its operationIds.
final class WellKnownServer {
  private final Optional<String> delegated;

  WellKnownServer(Optional<String> delegated) {
    this.delegated = delegated;
  }

  void mount(FederationRoutes routes) {
    routes.open(HttpMethod.GET, "/.well-known/matrix/server", this::getWellKnown);
  }

  Answer getWellKnown(Call call) {
    if (delegated.isEmpty()) {
      return Answer.error(404, ErrorCode.M_NOT_FOUND, "This server does not delegate.");
    }
    return new Answer.Body(
        200,
        Map.of("Cache-Control", "public, max-age=3600"),
        Json.object().put("m.server", delegated.get()));
  }
}
