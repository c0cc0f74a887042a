package org.hearth.federation.server;

import io.vertx.core.http.HttpMethod;
import org.hearth.federation.keys.KeyRing;

/// Specification file `keys_server.yaml`; methods are its operationIds.
final class KeysServer {
  private final KeyRing keys;

  KeysServer(KeyRing keys) {
    this.keys = keys;
  }

  void mount(FederationRoutes routes) {
    routes.open(HttpMethod.GET, "/_matrix/key/v2/server", this::getServerKey);
    // The key ID in the path is deprecated; servers that still send it want the whole document too.
    routes.open(HttpMethod.GET, "/_matrix/key/v2/server/", this::getServerKey);
    routes.open(HttpMethod.GET, "/_matrix/key/v2/server/:keyId", this::getServerKey);
  }

  Answer getServerKey(Call call) {
    return Answer.ok(keys.ownDocument());
  }
}
