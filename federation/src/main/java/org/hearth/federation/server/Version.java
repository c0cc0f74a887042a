package org.hearth.federation.server;

import io.vertx.core.http.HttpMethod;
import org.hearth.schemas.json.Json;

/// Specification file `version.yaml`; methods are its operationIds.
final class Version {
  private final String version;

  Version(String version) {
    this.version = version;
  }

  void mount(FederationRoutes routes) {
    routes.open(HttpMethod.GET, "/_matrix/federation/v1/version", this::getVersion);
  }

  Answer getVersion(Call call) {
    return Answer.ok(
        Json.object().set("server", Json.object().put("name", "Hearth").put("version", version)));
  }
}
